//! Headers as JSON.

use trunkline_core::{HeaderError, ValueRef};

/// Writes a member's name and its colon.
pub(crate) fn write_name(out: &mut Vec<u8>, name: &str) {
    write_text(out, name);
    out.push(b':');
}

/// Writes text as a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    // Nearly no text has anything to escape, and finding that out for all of its bytes at once is far
    // quicker than asking each.
    let needs_escape = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\');
    let any = text
        .bytes()
        .fold(false, |any, byte| any | needs_escape(byte));
    if any {
        put(out, text);
        return;
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Writes a member's name that has nothing to escape, and its colon.
pub(crate) fn write_plain_name(out: &mut Vec<u8>, name: &str) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Writes the value of the header `name`; what JSON cannot hold is refused.
pub(crate) fn write_value(
    out: &mut Vec<u8>,
    name: &str,
    value: ValueRef<'_>,
) -> Result<(), HeaderError> {
    match value {
        ValueRef::Text(text) => write_text(out, text),
        ValueRef::Int(number) => put(out, &number),
        ValueRef::Float(number) if number.is_finite() => put(out, &number),
        ValueRef::Float(_) => {
            return Err(HeaderError::NotFiniteInJson {
                name: name.to_owned(),
            });
        }
        ValueRef::Bool(true) => out.extend_from_slice(b"true"),
        ValueRef::Bool(false) => out.extend_from_slice(b"false"),
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::List(values) => {
            out.push(b'[');
            for (at, value) in values.iter().enumerate() {
                separate(out, at);
                write_value(out, name, value)?;
            }
            out.push(b']');
        }
        ValueRef::Table(table) => {
            out.push(b'{');
            for (at, (name, value)) in table.iter().enumerate() {
                separate(out, at);
                write_name(out, name);
                write_value(out, name, value)?;
            }
            out.push(b'}');
        }
        // Bytes, and whatever kinds are added.
        _ => {
            return Err(HeaderError::BytesInJson {
                name: name.to_owned(),
            });
        }
    }
    Ok(())
}

fn separate(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}

fn put(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("a Vec takes text and finite numbers");
}
