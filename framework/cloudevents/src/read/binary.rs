//! Binary mode: attributes are headers, the body is the data.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trunkline_core::{DecodeError, Envelope, Headers, ValueRef};

use crate::attributes::{DATA_CONTENT_TYPE, SPECVERSION, TIME, TYPE, is_name};
use crate::dialect::Prefix;
use crate::error::CloudEventsError;
use crate::event::{CloudEvent, EventData};
use crate::{media, time};

/// Tells which headers are attributes, if there are any.
pub(super) fn prefix(headers: &Headers) -> Result<Option<Prefix>, CloudEventsError> {
    let has = |prefix: &Prefix| {
        let name = prefix.as_str();
        headers
            .iter()
            .any(|(header, _)| header.strip_prefix(name) == Some(SPECVERSION))
    };
    let mut found = Prefix::ALL.into_iter().filter(has);
    // A header without a prefix may be anyone's, and says nothing where there is one with.
    match (found.next(), found.next()) {
        (first, None | Some(Prefix::Bare)) => Ok(first),
        (Some(first), Some(second)) => Err(CloudEventsError::TwoPrefixes {
            first: first.as_str(),
            second: second.as_str(),
        }),
        (None, Some(_)) => Ok(None),
    }
}

/// The name of an event in binary mode, without its other attributes.
pub(crate) fn name(envelope: &Envelope) -> Option<&str> {
    let content_type = envelope.properties().content_type().unwrap_or_default();
    if media::says(content_type) != media::Says::Data {
        return None;
    }
    let prefix = prefix(envelope.headers()).ok()??;
    let mut headers = envelope.headers().iter();
    let (_, name) = headers.find(|(name, _)| name.strip_prefix(prefix.as_str()) == Some(TYPE))?;
    name.as_text().filter(|name| !name.is_empty())
}

pub(super) fn read(envelope: &Envelope, prefix: Prefix) -> Result<CloudEvent<'_>, DecodeError> {
    let content_type = envelope.properties().content_type();
    let mut attributes = Vec::with_capacity(envelope.headers().len() + 1);
    for (header, value) in envelope.headers().iter() {
        let Some(name) = header.strip_prefix(prefix.as_str()) else {
            continue;
        };
        if !is_name(name) {
            if prefix == Prefix::Bare {
                continue;
            }
            let name = name.to_owned();
            return Err(CloudEventsError::AttributeName { name }.into());
        }
        // MQTT's own example repeats it (MQTT binding §3.1.4); the content type is what counts.
        if name == DATA_CONTENT_TYPE && content_type.is_some() {
            continue;
        }
        if let Some(value) = text(name, value)? {
            attributes.push((Cow::Borrowed(name), value));
        }
    }
    if let Some(content_type) = content_type {
        attributes.push((DATA_CONTENT_TYPE.into(), content_type.into()));
    }
    let data = data(envelope.body(), content_type)?;
    Ok(CloudEvent::new(attributes, data)?)
}

/// The canonical text of a header; `None` for null, which is no attribute.
fn text<'e>(name: &str, value: ValueRef<'e>) -> Result<Option<Cow<'e, str>>, CloudEventsError> {
    let refuse = |found| {
        let name = name.to_owned();
        Err(CloudEventsError::AttributeValue { name, found })
    };
    Ok(Some(match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => Cow::Borrowed(text),
        ValueRef::Bool(true) => Cow::Borrowed("true"),
        ValueRef::Bool(false) => Cow::Borrowed("false"),
        ValueRef::Int(millis) if name == TIME => match time::of_millis(millis) {
            Some(time) => Cow::Owned(time),
            None => {
                let found = millis.to_string();
                return Err(CloudEventsError::Time { found });
            }
        },
        ValueRef::Int(number) => Cow::Owned(number.to_string()),
        ValueRef::Bytes(bytes) => Cow::Owned(STANDARD.encode(bytes)),
        ValueRef::Float(_) => return refuse("a number with a fraction"),
        ValueRef::List(_) => return refuse("a list"),
        _ => return refuse("a table"),
    }))
}

fn data<'e>(body: &'e [u8], content_type: Option<&str>) -> Result<EventData<'e>, DecodeError> {
    if body.is_empty() {
        return Ok(EventData::None);
    }
    if !media::is_json(content_type) {
        return Ok(EventData::Bytes(body.into()));
    }
    let text = std::str::from_utf8(body).map_err(DecodeError::NotUtf8)?;
    Ok(EventData::Json(text.into()))
}
