//! From an event to an envelope.

use std::borrow::Cow;

use serde::ser::{SerializeMap, Serializer};
use trunkline_core::{EncodeError, Envelope, EventView, Headers, Properties};

use crate::attributes::{
    DATA_CONTENT_TYPE, ID, SOURCE, SPECVERSION, TIME, TYPE, VERSION, Value, is_forbidden, of_field,
};
use crate::dialect::{CloudEvents, Mode};
use crate::error::CloudEventsError;
use crate::{DIALECT, audience, media, time};

/// Attributes in the order they are written.
type Attributes<'e> = Vec<(Cow<'e, str>, Value<'e>)>;

pub(crate) fn write(dialect: &CloudEvents, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
    let key = event.readable_key()?;
    let mut properties = Properties::fresh();
    let attributes = attributes(dialect, event, &properties)?;
    let data = data(event)?;
    let headers = &event.extras.headers;
    let (headers, body) = match dialect.mode() {
        Mode::Binary => {
            properties.set_content_type(Some(media::JSON));
            (
                with_attributes(event, headers.clone(), dialect, &attributes)?,
                data,
            )
        }
        Mode::Structured => {
            properties.set_content_type(Some(media::STRUCTURED));
            (headers.clone(), structured(event, &attributes, &data)?)
        }
    };
    Ok(Envelope::from_parts(key, headers, properties, body))
}

fn attributes<'e>(
    dialect: &'e CloudEvents,
    event: &EventView<'e>,
    properties: &Properties,
) -> Result<Attributes<'e>, EncodeError> {
    let id = properties.id().map(ToString::to_string).unwrap_or_default();
    let mut all: Attributes<'e> = vec![
        (SPECVERSION.into(), Value::Text(VERSION.into())),
        (ID.into(), Value::Text(id.into())),
        (SOURCE.into(), Value::Text(dialect.source().into())),
        (TYPE.into(), Value::Text(event.name().into())),
    ];
    if let Some(time) = properties.timestamp().and_then(time::write) {
        all.push((TIME.into(), Value::Text(time.into())));
    }
    audience::write(event.audience, |name, value| all.push((name.into(), value)));
    for field in event.definition.header_fields.iter() {
        let value = match event.content.attribute(field) {
            Some(Ok(value)) => value,
            Some(Err(source)) => {
                let event = event.name().to_owned();
                return Err(EncodeError::Content { event, source });
            }
            None => continue,
        };
        let name = of_field(field).map_err(|error| refuse(event, error))?;
        if all.iter().any(|(known, _)| *known == name) {
            let (field, attribute) = (field.clone().into_owned(), name.into_owned());
            return Err(refuse(event, CloudEventsError::Taken { field, attribute }));
        }
        if let Some(value) = Value::of(field, value).map_err(|error| refuse(event, error))? {
            all.push((Cow::Owned(name.into_owned()), value));
        }
    }
    check(event, &all)?;
    Ok(all)
}

/// Checks what comes from names and identifiers, which may be any text.
fn check(event: &EventView<'_>, attributes: &Attributes<'_>) -> Result<(), EncodeError> {
    if event.name().is_empty() {
        let attribute = TYPE;
        return Err(refuse(event, CloudEventsError::Missing { attribute }));
    }
    let is_bad =
        |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains(is_forbidden));
    match attributes.iter().find(|(_, value)| is_bad(value)) {
        None => Ok(()),
        Some((name, _)) => {
            let name = name.clone().into_owned();
            let found = "text with control characters";
            Err(refuse(
                event,
                CloudEventsError::AttributeValue { name, found },
            ))
        }
    }
}

/// The content, with the header fields it lacks: a reader finds them in one place.
fn data(event: &EventView<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut data = Vec::with_capacity(512);
    event.write_data(&mut data)?;
    let initial = event.extras.initial_data.as_ref();
    for field in event.definition.header_fields.iter() {
        let is_there = event.content.variable(field).is_some()
            || initial.is_some_and(|initial| initial.contains_key(&**field));
        let Some(Ok(value)) = event.content.attribute(field).filter(|_| !is_there) else {
            continue;
        };
        // An object ends with `}`, and was empty if that follows `{`.
        data.pop();
        if data.len() > 1 {
            data.push(b',');
        }
        let written = serde_json::to_writer(&mut data, &**field);
        data.push(b':');
        let written = written.and_then(|()| serde_json::to_writer(&mut data, &value));
        written.map_err(|source| content(event, source))?;
        data.push(b'}');
    }
    Ok(data)
}

fn with_attributes(
    event: &EventView<'_>,
    mut headers: Headers,
    dialect: &CloudEvents,
    attributes: &Attributes<'_>,
) -> Result<Headers, EncodeError> {
    let mut header = String::with_capacity(32);
    for (name, value) in attributes {
        header.clear();
        header.push_str(dialect.prefix().as_str());
        header.push_str(name);
        let set = headers.insert(&header, &*value.canonical());
        set.map_err(|source| EncodeError::Header {
            event: event.name().to_owned(),
            header: header.clone(),
            source,
        })?;
    }
    Ok(headers)
}

fn structured(
    event: &EventView<'_>,
    attributes: &Attributes<'_>,
    data: &[u8],
) -> Result<Vec<u8>, EncodeError> {
    let mut body = Vec::with_capacity(data.len() + 512);
    let written = (|| {
        let mut out = serde_json::Serializer::new(&mut body);
        let mut map = out.serialize_map(None)?;
        for (name, value) in attributes {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(DATA_CONTENT_TYPE, media::JSON)?;
        map.end()
    })();
    written.map_err(|source| content(event, source))?;
    body.pop();
    body.extend_from_slice(b",\"data\":");
    body.extend_from_slice(data);
    body.push(b'}');
    Ok(body)
}

fn content(event: &EventView<'_>, source: serde_json::Error) -> EncodeError {
    let event = event.name().to_owned();
    EncodeError::Content { event, source }
}

fn refuse(event: &EventView<'_>, error: CloudEventsError) -> EncodeError {
    EncodeError::Dialect {
        event: event.name().to_owned(),
        dialect: DIALECT,
        source: error.into(),
    }
}
