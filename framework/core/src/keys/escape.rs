use std::borrow::Cow;

use super::error::{KeyError, KeyErrorKind};

/// How an empty segment is written: no escape of anything else is a lone `%`.
const EMPTY: &str = "%";

/// Writes any text as one segment of a routing key, reversibly.
///
/// The bytes of `.` `/` `*` `+` `#` `%` `$` and of control characters become `%` and two upper-case
/// hexadecimal digits; the empty text becomes a lone `%`. All else stays: spaces, other symbols,
/// non-ASCII. The rule is the same for every transport, so that a bridge between two brokers has
/// only the separator to change.
///
/// This is not the escaping of Wazo's keys, which is not reversible and belongs to its dialect.
///
/// # Examples
///
/// ```
/// use trunkline_core::{escape_segment, unescape_segment};
///
/// assert_eq!(escape_segment("1700000000.42"), "1700000000%2E42");
/// assert_eq!(unescape_segment("1700000000%2E42")?, "1700000000.42");
/// # Ok::<(), trunkline_core::KeyError>(())
/// ```
#[must_use]
pub fn escape_segment(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed(EMPTY);
    }
    let Some(first) = text.find(is_reserved) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_reserved(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push('%');
                out.extend([byte >> 4, byte & 15].map(hex_digit));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Reads back what [`escape_segment`] wrote. Escapes that it would not have made, such as `%41` or
/// `%2e`, are read too.
///
/// # Errors
///
/// [`KeyErrorKind::BadEscape`] when a `%` is not followed by two hexadecimal digits, or when the
/// result is not UTF-8.
pub fn unescape_segment(segment: &str) -> Result<Cow<'_, str>, KeyError> {
    if segment == EMPTY {
        return Ok(Cow::Borrowed(""));
    }
    let bad = |at| KeyError::new("segment", segment, at, KeyErrorKind::BadEscape);
    let Some(first) = segment.find('%') else {
        return Ok(Cow::Borrowed(segment));
    };
    let bytes = segment.as_bytes();
    let mut out = bytes[..first].to_vec();
    let mut at = first;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let digit = |offset: usize| char::from(*bytes.get(at + offset)?).to_digit(16);
            let (Some(high), Some(low)) = (digit(1), digit(2)) else {
                return Err(bad(at));
            };
            out.push((high << 4 | low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out)
        .map(Cow::Owned)
        .map_err(|_| bad(first))
}

fn is_reserved(c: char) -> bool {
    matches!(c, '.' | '/' | '*' | '+' | '#' | '%' | '$') || c.is_control()
}

fn hex_digit(digit: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(digit)])
}
