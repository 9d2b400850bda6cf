//! Reading an event: name and audience from the headers, content from the body.

mod audience;
mod describe;

use std::borrow::Cow;

use trunkline_core::{Audience, DecodeError, Envelope, Headers, TenantId, ValueKind, ValueRef};

use crate::json::{self, MAX_DEPTH, NULL, Object, ObjectError};
use crate::names;

pub(crate) use describe::describe;

/// The event's name: the header, else the body's (wazo-bus, `wazo_bus/mixins.py`).
pub(crate) fn event_name(envelope: &Envelope) -> Result<Cow<'_, str>, DecodeError> {
    match envelope.headers().get(names::NAME) {
        Some(ValueRef::Text(name)) => Ok(Cow::Borrowed(name)),
        None | Some(ValueRef::Null) => {
            let name = read_body(envelope)?.get(names::NAME).and_then(json::text);
            name.ok_or(DecodeError::Missing(names::NAME))
        }
        Some(other) => Err(not_text(names::NAME, kind(other))),
    }
}

/// Whom the event is for, by its headers, or by the body when whoever published it set none.
pub(crate) fn audience(envelope: &Envelope) -> Result<Audience, DecodeError> {
    let headers = envelope.headers();
    if !has_own_headers(headers) {
        return audience_in_body(&read_body(envelope)?);
    }
    let tenant = match headers.get(names::TENANT) {
        None | Some(ValueRef::Null) => return Ok(Audience::Service),
        Some(ValueRef::Text(tenant)) => TenantId::from(tenant),
        Some(other) => return Err(not_text(names::TENANT, kind(other))),
    };
    let flags = headers
        .iter()
        .map(|(name, value)| (name, value.as_bool() == Some(true)));
    Ok(audience::of(tenant, flags))
}

fn audience_in_body(body: &Object<'_>) -> Result<Audience, DecodeError> {
    let tenant = match body.get(names::TENANT) {
        None | Some(NULL) => return Ok(Audience::Service),
        Some(json) => json::text(json).ok_or_else(|| not_text(names::TENANT, json::kind(json)))?,
    };
    let flags = body.iter().map(|(name, json)| (name, json == "true"));
    Ok(audience::of(TenantId::new(tenant), flags))
}

/// Tells whether headers speak for the event; those of a foreign publisher, or of none but the
/// transport, leave it to the body.
fn has_own_headers(headers: &Headers) -> bool {
    headers.contains(names::NAME) || headers.contains(names::TENANT)
}

/// The event's content as JSON text; null when the body has none.
pub(crate) fn data(envelope: &Envelope) -> Result<&str, DecodeError> {
    Ok(read_body(envelope)?.get(names::DATA).unwrap_or(NULL))
}

fn read_body(envelope: &Envelope) -> Result<Object<'_>, DecodeError> {
    let body = envelope.body();
    let text = std::str::from_utf8(body).map_err(DecodeError::NotUtf8)?;
    if json::is_deeper(body, MAX_DEPTH) {
        return Err(DecodeError::TooDeep { limit: MAX_DEPTH });
    }
    Object::parse(text).map_err(|error| match error {
        ObjectError::NotJson(error) => DecodeError::NotJson(error),
        ObjectError::NotAnObject => DecodeError::NotAnObject,
        ObjectError::Duplicate(name) => DecodeError::DuplicateKey(name),
    })
}

fn not_text(header: &str, found: &'static str) -> DecodeError {
    DecodeError::Header {
        header: header.to_owned(),
        found,
        wanted: "text",
    }
}

fn kind(value: ValueRef<'_>) -> &'static str {
    match value.kind() {
        ValueKind::Null => "null",
        ValueKind::Bool => "true or false",
        ValueKind::Int | ValueKind::Float => "a number",
        ValueKind::Text => "text",
        ValueKind::Bytes => "bytes",
        ValueKind::List => "a list",
        _ => "a table",
    }
}
