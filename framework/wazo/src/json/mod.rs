//! JSON text, read and written without building values of it.

mod check;
mod depth;
mod object;
mod write;

use std::borrow::Cow;

pub(crate) use check::{Flaw, check, exact};
pub(crate) use depth::is_deeper;
pub(crate) use object::{Object, ObjectError};
#[cfg(feature = "typed")]
pub(crate) use write::write_text;
pub(crate) use write::{write_name, write_plain_name, write_value};

/// Most objects and arrays inside each other in a body, itself counted.
///
/// `serde_json` refuses 128 levels; this leaves room for what wraps a body, such as a line of a
/// recording, so that whatever is written here can be read by anyone who uses it.
pub const MAX_DEPTH: usize = 120;

/// Text that is `null`.
pub(crate) const NULL: &str = "null";

/// Tells what a JSON text holds, as messages say it.
pub(crate) fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Tells whether a JSON number is an integer: as for Python, what has neither fraction nor exponent.
pub(crate) fn is_integer(number: &str) -> bool {
    !number.contains(['.', 'e', 'E'])
}

/// Reads a JSON string; `None` if the JSON is something else, or no text in UTF-8.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        // A lone surrogate is JSON, but no text.
        return serde_json::from_str(json).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}

#[cfg(test)]
mod tests;
