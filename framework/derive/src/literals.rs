//! Names, and the literal text of keys.

use std::ops::Range;

use proc_macro2::Span;
use syn::{Error, LitStr};

use crate::grammar::Piece;
use crate::problems::{Problems, pointing_at};
use crate::template::Template;

/// Most bytes of a key, a name or a header's name: the AMQP short string (AMQP 0-9-1 §4.2.5.3).
pub(crate) const MAX_BYTES: usize = 255;

/// Checks an event's name, one of its older names, or its service; tells whether it is good.
pub(crate) fn check_name(key: &str, literal: &LitStr, problems: &mut Problems) -> bool {
    let name = literal.value();
    let fault = name_fault(key, &name);
    if let Some(fault) = &fault {
        problems.at(literal, format!("`{key}` {fault}"));
    }
    fault.is_none()
}

fn name_fault(key: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(format!("is empty; give it a word, or leave `{key}` out"));
    }
    if name.len() > MAX_BYTES {
        return Some(format!("has {} bytes; use {MAX_BYTES} at most", name.len()));
    }
    let at = |range, fault: &str| format!("{fault}{}", pointing_at(name, range));
    if let Some(range) = find(name, char::is_control) {
        return Some(at(range, "has a control character; remove it"));
    }
    if let Some(range) = find(name, is_wildcard) {
        return Some(at(
            range,
            "has a wildcard, which is for patterns; write one name out",
        ));
    }
    let range = find(name, |c| matches!(c, '{' | '}'))?;
    Some(at(
        range,
        "is not a template; write one type for each name, or use `DynamicEvent`",
    ))
}

/// Checks what a routing key's template says outside its placeholders, complaining at `place`.
pub(crate) fn check_routing_key(template: &Template, place: Span, problems: &mut Problems) {
    let text = outside_placeholders(template);
    let mut complain = |range: Range<usize>, fault: &str| {
        let picture = pointing_at(&template.source, range);
        problems.add(Error::new(place, format!("`routing_key` {fault}{picture}")));
    };
    if text.is_empty() {
        return complain(0..0, "is empty; give it at least one word");
    }
    if text.starts_with('$') {
        complain(
            0..1,
            "begins with `$`, which MQTT keeps for brokers; begin with something else",
        );
    }
    if let Some(range) = find(&text, is_wildcard) {
        complain(
            range,
            "has a wildcard, which is for patterns; an event goes to one key",
        );
    }
    if let Some(range) = find(&text, char::is_control) {
        complain(range, "has a control character; remove it");
    }
    if let Some(range) = empty_segment(&text) {
        complain(
            range,
            "has an empty segment; put a word between any two `.`, and none first or last",
        );
    }
    let bytes = template.text_bytes();
    if bytes > MAX_BYTES {
        let message =
            format!("`routing_key` has {bytes} bytes without its values; use {MAX_BYTES} at most");
        problems.add(Error::new(place, message));
    }
}

/// Checks the text of an access string, in which wildcards are ordinary characters.
pub(crate) fn check_required_acl(template: &Template, place: Span, problems: &mut Problems) {
    let text = outside_placeholders(template);
    if text.is_empty() {
        let message = "`required_acl` is empty; leave it out to have it follow the routing key";
        problems.add(Error::new(place, message));
    } else if let Some(range) = find(&text, char::is_control) {
        let picture = pointing_at(&template.source, range);
        let message = format!("`required_acl` has a control character; remove it{picture}");
        problems.add(Error::new(place, message));
    }
}

/// A template's source with its placeholders painted over, so that places stay the same.
fn outside_placeholders(template: &Template) -> String {
    let mut text = template.source.clone();
    for piece in &template.pieces {
        if let Piece::Variable {
            span: (start, end), ..
        } = piece
        {
            text.replace_range(start..end, &"_".repeat(end - start));
        }
    }
    text
}

fn is_wildcard(c: char) -> bool {
    matches!(c, '*' | '#')
}

/// Where the first such character stands.
fn find(text: &str, wanted: impl Fn(char) -> bool) -> Option<Range<usize>> {
    let (at, found) = text.char_indices().find(|(_, c)| wanted(*c))?;
    Some(at..at + found.len_utf8())
}

/// The `.` beside the first word that is not there.
fn empty_segment(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for word in text.split('.') {
        if word.is_empty() {
            let dot = start.min(text.len() - 1);
            return Some(dot..dot + 1);
        }
        start += word.len() + 1;
    }
    None
}
