//! Header values as text, each with the letter of its type.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trunkline_core::{HeaderError, Headers, Value, ValueRef};

use crate::keys::{is_fit, is_unfit};

/// The letters of the types.
pub(super) mod letters {
    pub(in crate::wire) const TEXT: char = 's';
    pub(in crate::wire) const BOOL: char = 'b';
    pub(in crate::wire) const INT: char = 'i';
    pub(in crate::wire) const FLOAT: char = 'f';
    pub(in crate::wire) const NULL: char = 'n';
    /// Bytes, in base 64.
    pub(in crate::wire) const BYTES: char = 'x';
    /// JSON: lists, tables, and text with characters that MQTT does not allow.
    pub(in crate::wire) const JSON: char = 'j';
}

/// Writes a value, giving its letter.
pub(super) fn write<'a>(
    name: &str,
    value: ValueRef<'a>,
) -> Result<(char, Cow<'a, str>), HeaderError> {
    Ok(match value {
        ValueRef::Text(text) if is_fit(text) => (letters::TEXT, text.into()),
        ValueRef::Bool(truth) => (letters::BOOL, if truth { "true" } else { "false" }.into()),
        ValueRef::Int(number) => (letters::INT, number.to_string().into()),
        // The shortest text that reads back as the same number; NaN and infinities have words.
        ValueRef::Float(number) => (letters::FLOAT, format!("{number:?}").into()),
        ValueRef::Null => (letters::NULL, "".into()),
        ValueRef::Bytes(bytes) => (letters::BYTES, STANDARD.encode(bytes).into()),
        nested => (letters::JSON, json(name, &nested)?.into()),
    })
}

/// Writes JSON in which every character is fit for MQTT.
pub(super) fn json(name: &str, value: &impl serde::Serialize) -> Result<String, HeaderError> {
    let json = serde_json::to_string(value).map_err(|_| HeaderError::NotFiniteInJson {
        name: name.to_owned(),
    })?;
    if is_fit(&json) {
        return Ok(json);
    }
    let mut fit = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_unfit(c) {
            // Within a string: JSON has such characters nowhere else.
            for unit in c.encode_utf16(&mut [0; 2]) {
                fit.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            fit.push(c);
        }
    }
    Ok(fit)
}

/// Reads a value back; `None` where the text is not what the letter says.
pub(super) fn read(letter: char, text: &str) -> Option<Value> {
    Some(match letter {
        letters::TEXT => Value::from(text),
        letters::BOOL => Value::Bool(text.parse().ok()?),
        letters::INT => Value::Int(text.parse().ok()?),
        letters::FLOAT => Value::Float(text.parse().ok()?),
        letters::NULL if text.is_empty() => Value::Null,
        letters::BYTES => Value::Bytes(STANDARD.decode(text).ok()?.into()),
        letters::JSON => serde_json::from_str(text).ok()?,
        _ => return None,
    })
}

/// Reads headers that were written as a JSON object.
pub(super) fn read_headers(text: &str) -> Option<Headers> {
    serde_json::from_str(text).ok()
}
