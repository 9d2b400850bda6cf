//! The end of the body: `data`.

use std::collections::HashSet;

use serde_json::Map;
use trunkline_core::EncodeError;

use super::variables::Variables;
use super::{content_fault, too_deep};
use crate::json::{MAX_DEPTH, Object, ObjectError, is_deeper, write_name, write_plain_name};
use crate::names;

/// Writes the content after what the body repeats of the headers, and closes it.
pub(super) fn finish(out: &mut Vec<u8>, variables: &Variables<'_>) -> Result<(), EncodeError> {
    write_plain_name(out, names::DATA);
    let start = out.len();
    write_data(out, variables)?;
    check(&out[start..], variables)?;
    out.push(b'}');
    Ok(())
}

fn write_data(out: &mut Vec<u8>, variables: &Variables<'_>) -> Result<(), EncodeError> {
    let event = variables.event;
    let initial = event
        .extras
        .initial_data
        .as_ref()
        .filter(|initial| !initial.is_empty());
    let Some(initial) = initial else {
        if let Some(content) = variables.written.get() {
            out.extend_from_slice(content);
            return Ok(());
        }
        return event
            .content
            .write_json(out)
            .map_err(|source| content_fault(event, source));
    };
    let content = variables.written()?;
    check(content, variables)?;
    merge(out, initial, content).map_err(|source| content_fault(event, source))
}

fn merge(
    out: &mut Vec<u8>,
    initial: &Map<String, serde_json::Value>,
    content: &[u8],
) -> serde_json::Result<()> {
    let initial = serde_json::to_string(initial)?;
    let content = std::str::from_utf8(content).map_err(serde::ser::Error::custom)?;
    let parsed = Object::parse(&initial).and_then(|initial| {
        let content = Object::parse(content)?;
        overlay(out, &initial, &content);
        Ok(())
    });
    parsed.map_err(|error| match error {
        ObjectError::NotJson(error) => error,
        ObjectError::NotAnObject => serde::ser::Error::custom("not an object"),
        ObjectError::Duplicate(name) => {
            serde::ser::Error::custom(format_args!("the key `{name}` is written twice"))
        }
    })
}

/// Writes an object with the members of both; where both have one, that of `upper`.
pub(crate) fn overlay(out: &mut Vec<u8>, lower: &Object<'_>, upper: &Object<'_>) {
    let upper_names: HashSet<&str> = upper.iter().map(|(name, _)| name).collect();
    let beneath = lower.iter().filter(|(name, _)| !upper_names.contains(name));
    out.push(b'{');
    for (at, (name, json)) in beneath.chain(upper.iter()).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_name(out, name);
        out.extend_from_slice(json.as_bytes());
    }
    out.push(b'}');
}

/// Refuses content that is no object, or that readers would refuse for its depth.
fn check(content: &[u8], variables: &Variables<'_>) -> Result<(), EncodeError> {
    if content.first() != Some(&b'{') {
        let event = variables.event.name().to_owned();
        return Err(EncodeError::NotAnObject { event });
    }
    // The body around it is one level.
    if is_deeper(content, MAX_DEPTH - 1) {
        return Err(too_deep(variables.event));
    }
    Ok(())
}
