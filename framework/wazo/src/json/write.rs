//! Headers as JSON.

use trunkline_core::{HeaderError, ValueRef};

/// Writes a member's name and its colon.
pub(crate) fn write_name(out: &mut Vec<u8>, name: &str) {
    put(out, name);
    out.push(b':');
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
        ValueRef::Text(text) => put(out, text),
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
