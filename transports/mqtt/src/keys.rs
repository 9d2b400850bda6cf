//! Routing keys as topics, and patterns as topic filters.
//!
//! A key's words are a topic's levels. What a level cannot hold (`/`, `+`, `#`, control characters
//! and Unicode's non-characters, MQTT 5 §1.5.4 and §4.7) is written as `%` and two hexadecimal
//! digits for each byte; the key itself then travels beside the topic, so that nothing depends on
//! reading it back.

use std::borrow::Cow;

use trunkline_core::{Binding, KeyPattern, RoutingKey};

/// Where our own messages go. No key has an empty first word, so none can be mistaken for these.
pub(crate) const OWN: &str = "/trunkline/";

/// Tells whether a character may not stand in an MQTT string: brokers drop the link for it.
pub(crate) fn is_unfit(c: char) -> bool {
    let code = u32::from(c);
    c.is_control() || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Tells whether MQTT allows every character of a text. Plain text is found to be so without a look
/// at each character.
pub(crate) fn is_fit(text: &str) -> bool {
    let plain = |byte: u8| (0x20..0x7F).contains(&byte);
    // Not `all`: without an early end the compiler looks at many bytes at a time.
    text.bytes().fold(true, |fit, byte| fit & plain(byte)) || !text.contains(is_unfit)
}

fn is_reserved(c: char) -> bool {
    matches!(c, '/' | '+' | '#') || is_unfit(c)
}

/// Writes text as one level of a topic.
pub(crate) fn level(word: &str) -> Cow<'_, str> {
    escape(word, is_reserved)
}

/// Writes the characters of a kind as `%XX`.
pub(crate) fn escape(text: &str, escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if escaped(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The topic of a key, and whether the key can be read back from it.
pub(crate) fn topic(key: &str) -> (String, bool) {
    let has = |reserved: u8| key.as_bytes().contains(&reserved);
    let exact = !(has(b'/') || has(b'+') || has(b'#')) && is_fit(key);
    if exact {
        return (key.replace('.', "/"), true);
    }
    let levels: Vec<_> = key.split('.').map(level).collect();
    (levels.join("/"), false)
}

/// The key of a topic. A `.`, `*` or `#` that somebody else's topic has in a level is escaped, as
/// in any key.
///
/// `None` for what no key can hold: more than 255 bytes.
pub(crate) fn key(topic: &str) -> Option<RoutingKey> {
    let escaped = escape(topic, |c| matches!(c, '.' | '*'));
    RoutingKey::verbatim(escaped.replace('/', ".")).ok()
}

/// The filter that lets through what a pattern matches, and more where MQTT cannot say it: a `#`
/// ends a filter.
pub(crate) fn filter(pattern: &KeyPattern) -> String {
    let mut levels = Vec::new();
    for word in pattern.segments() {
        match word {
            "#" => {
                levels.push(Cow::Borrowed("#"));
                break;
            }
            "*" => levels.push(Cow::Borrowed("+")),
            word => levels.push(level(word)),
        }
    }
    levels.join("/")
}

/// Filters that together let through all that some bindings want, no two of them the same topic: a
/// broker delivers a copy for each filter that matches. What they let through besides is sorted out
/// by the bindings themselves.
pub(crate) fn filters(bindings: &[Binding]) -> Vec<String> {
    let mut apart: Vec<String> = Vec::new();
    for binding in bindings {
        if binding.keys().is_empty() {
            return vec!["#".to_owned()];
        }
        for pattern in binding.keys() {
            let mut next = filter(pattern);
            // Joined with one, it may overlap with others.
            while let Some(at) = apart.iter().position(|other| overlap(other, &next)) {
                next = join(&apart.swap_remove(at), &next);
            }
            apart.push(next);
        }
    }
    apart.sort_unstable();
    apart
}

/// Tells whether filters let through just what bindings want, and nothing besides: no name, header or
/// word is left to be looked at here, no two filters were joined to a wider one, and none lets our own
/// messages through.
pub(crate) fn are_exact(bindings: &[Binding], filters: &[String]) -> bool {
    let by_key = |binding: &Binding| binding.name().is_none() && binding.headers().is_none();
    let patterns = || bindings.iter().flat_map(Binding::keys);
    let alone: Vec<_> = patterns().map(filter).collect();
    bindings.iter().all(by_key)
        && patterns().all(says_it)
        && filters
            .iter()
            .all(|filter| alone.contains(filter) && !lets_own_through(filter))
}

/// Whether a filter says all that a pattern does.
fn says_it(pattern: &KeyPattern) -> bool {
    let words: Vec<_> = pattern.segments().collect();
    let ends_there = words.iter().rev().skip(1).all(|word| *word != "#");
    // A word with `%2F` and one with `/` are the same level.
    let plain =
        |word: &&str| matches!(*word, "#" | "*") || !word.contains('%') && level(word) == **word;
    ends_there && words.iter().all(plain)
}

/// Whether a filter matches topics that no key has, such as ours: their first level is empty.
fn lets_own_through(filter: &str) -> bool {
    let levels: Vec<_> = filter.split('/').collect();
    match levels[..] {
        ["#", ..] | ["+", "#"] => true,
        ["+", second, _, ..] => matches!(second, "+" | "trunkline"),
        _ => false,
    }
}

/// Tells whether some topic matches both filters.
fn overlap(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split('/'), b.split('/'));
    loop {
        match (a.next(), b.next()) {
            (Some("#"), _) | (_, Some("#")) | (None, None) => return true,
            (Some(x), Some(y)) if x == y || x == "+" || y == "+" => {}
            _ => return false,
        }
    }
}

/// The narrowest filter that lets through what either does.
fn join(a: &str, b: &str) -> String {
    let (mut a, mut b) = (a.split('/'), b.split('/'));
    let mut levels = Vec::new();
    loop {
        match (a.next(), b.next()) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => {
                levels.push(x);
                if x == "#" {
                    break;
                }
            }
            (Some(x), Some(y)) if x != "#" && y != "#" => levels.push("+"),
            _ => {
                levels.push("#");
                break;
            }
        }
    }
    levels.join("/")
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
