//! One word of a routing key.

use std::fmt::Write;

use crate::error::KazooError;

/// Writes any bytes as one word of a routing key (Kazoo, `kz_amqp_util:encode/1`).
///
/// ASCII letters, digits, `-`, `_` and `~` stay, a space becomes `+`, every other byte `%` and two
/// upper-case hex digits. What is `*` or `#` as a whole stays a wildcard. This is neither the
/// encoding of URLs nor that of forms.
///
/// # Examples
/// ```
/// assert_eq!(trunkline_kazoo::encode_word("5b1a@10.0.0.1"), "5b1a%4010%2E0%2E0%2E1");
/// assert_eq!(trunkline_kazoo::encode_word("*"), "*");
/// ```
pub fn encode_word(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    let mut word = String::with_capacity(bytes.len() + 8);
    if let b"*" | b"#" = bytes {
        word.push(char::from(bytes[0]));
        return word;
    }
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                word.push(char::from(*byte));
            }
            b' ' => word.push('+'),
            _ => {
                let written = write!(word, "%{byte:02X}");
                debug_assert!(written.is_ok(), "a String takes all that is written");
            }
        }
    }
    word
}

/// Reads a word back into the bytes it stands for; Kazoo itself has no such function.
///
/// Never encode the result again to compare or to publish: `%2e` and a lone `%2A` would change.
///
/// # Errors
/// [`KazooError::BadEscape`] for a `%` without two hex digits.
pub fn decode_word(word: &str) -> Result<Vec<u8>, KazooError> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let at = word.len() - after.len() - 1;
                let digits = after.split_at_checked(2);
                let byte = digits.and_then(|(digits, _)| hex(digits));
                bytes.push(byte.ok_or_else(|| KazooError::BadEscape {
                    word: word.to_owned(),
                    at,
                })?);
                rest = &after[2..];
            }
            plain => bytes.push(*plain),
        }
    }
    Ok(bytes)
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let [high, low] = digits else { return None };
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}
