//! The serde form: a JSON object, lossless.
//!
//! Bytes are `{"$bytes": "00ff"}`, in hexadecimal. A nested table whose only name is `$bytes` would
//! read the same, so such a name (with any number of `$`) gets one more `$` when written and loses
//! it when read. Numbers without fraction and exponent are integers.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use super::{Headers, ListRef, TableRef, Value, ValueRef};

pub(super) const BYTES: &str = "$bytes";

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for ValueRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(value),
            Self::Int(value) => serializer.serialize_i64(value),
            Self::Float(value) if !value.is_finite() => Err(S::Error::custom(
                "a header holds NaN or an infinity; send it as text",
            )),
            Self::Float(value) => serializer.serialize_f64(value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(BYTES, &to_hex(value))?;
                map.end()
            }
            Self::List(values) => values.serialize(serializer),
            Self::Table(table) => table.serialize(serializer),
        }
    }
}

impl Serialize for ListRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for TableRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = self.iter();
        match (entries.next(), entries.next()) {
            (Some((name, value)), None) if looks_tagged(name) => {
                serializer.collect_map([(format!("${name}"), value)])
            }
            _ => serializer.collect_map(self.iter()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().serialize(serializer)
    }
}

/// Tells whether a lone name is the tag of bytes, or one that was given more `$` to tell it from
/// the tag.
pub(super) fn looks_tagged(name: &str) -> bool {
    name.starts_with('$') && name.trim_start_matches('$') == &BYTES[1..]
}

fn to_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}
