//! JSON printed as Python prints the same value.
//!
//! Wazo's keys and access strings are Python format strings, so a value in them reads as `str()`
//! of it reads: `True`, `None`, `1e-07`, `{'id': 'a'}` (Python, "Built-in Types" and
//! `float.__repr__`).

use std::fmt::Write;

use serde_json::value::RawValue;

use crate::json::{Object, is_integer, text};

/// Appends what `str()` makes of a value; `None` if the JSON is malformed.
///
/// Recursion is as deep as the value, whose depth the caller has checked.
pub(crate) fn write_str(out: &mut String, json: &str) -> Option<()> {
    match text(json) {
        Some(text) => {
            out.push_str(&text);
            Some(())
        }
        None => write_repr(out, json),
    }
}

fn write_repr(out: &mut String, json: &str) -> Option<()> {
    match json.as_bytes().first()? {
        b'n' => out.push_str("None"),
        b't' => out.push_str("True"),
        b'f' => out.push_str("False"),
        b'"' => write_quoted(out, &text(json)?),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            write_list(out, ['[', ']'], items, |out, item| {
                write_repr(out, item.get())
            })?;
        }
        b'{' => {
            let members = Object::parse(json).ok()?;
            write_list(out, ['{', '}'], members.iter(), |out, (name, value)| {
                write_quoted(out, name);
                out.push_str(": ");
                write_repr(out, value)
            })?;
        }
        _ if is_integer(json) => out.push_str(if json == "-0" { "0" } else { json }),
        _ => write_float(out, json.parse().ok()?)?,
    }
    Some(())
}

fn write_list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> Option<()>,
) -> Option<()> {
    out.push(open);
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        write(out, item)?;
    }
    out.push(close);
    Some(())
}

/// Writes the shortest digits that read back as the same number, with an exponent below 1e-4 and
/// from 1e16 on.
fn write_float(out: &mut String, number: f64) -> Option<()> {
    let (digits, exponent) = shortest(number)?;
    if number.is_sign_negative() {
        out.push('-');
    }
    match usize::try_from(exponent) {
        Ok(exponent) if exponent < 16 => {
            let whole = exponent + 1;
            out.push_str(&digits[..whole.min(digits.len())]);
            out.extend(std::iter::repeat_n('0', whole.saturating_sub(digits.len())));
            out.push('.');
            out.push_str(
                digits
                    .get(whole..)
                    .filter(|rest| !rest.is_empty())
                    .unwrap_or("0"),
            );
        }
        Err(_) if exponent >= -4 => {
            out.push_str("0.");
            out.extend(std::iter::repeat_n(
                '0',
                exponent.unsigned_abs() as usize - 1,
            ));
            out.push_str(&digits);
        }
        _ => {
            let (first, rest) = digits.split_at_checked(1)?;
            let point = if rest.is_empty() { "" } else { "." };
            let sign = if exponent < 0 { '-' } else { '+' };
            let exponent = exponent.unsigned_abs();
            write!(out, "{first}{point}{rest}e{sign}{exponent:02}").ok()?;
        }
    }
    Some(())
}

/// The significant digits of a number, and the power of ten of the first of them.
fn shortest(number: f64) -> Option<(String, i32)> {
    // `serde_json` breaks a tie between two shortest forms as Python does, to the even digit; the
    // standard library does not.
    let text = serde_json::to_string(&number.abs()).ok()?;
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    let leading = all.len() - digits.len();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some(("0".to_owned(), 0));
    }
    let first = i32::try_from(whole.len()).ok()? - i32::try_from(leading).ok()? - 1;
    Some((digits.to_owned(), exponent.parse::<i32>().ok()? + first))
}

/// Writes text in quotes, with what does not print escaped.
fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == quote => {
                out.push('\\');
                out.push(c);
            }
            _ if prints(c) => out.push(c),
            _ => {
                let code = u32::from(c);
                let written = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
                debug_assert!(written.is_ok(), "a String takes all that is written");
            }
        }
    }
    out.push(quote);
}

/// Tells whether a character prints: Unicode's letters, marks, numbers, punctuation and symbols,
/// and the space, as for `str.isprintable`.
fn prints(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // The standard library has the same table for the same purpose, behind its debug form. Marks
    // are escaped there in the first place only, so something stands before.
    let mut pair = [b'a'; 5];
    let len = c.encode_utf8(&mut pair[1..]).len();
    let pair = std::str::from_utf8(&pair[..=len]).unwrap_or_default();
    pair.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests;
