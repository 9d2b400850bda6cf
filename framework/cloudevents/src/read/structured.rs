//! Structured mode: the body has everything, as JSON.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use trunkline_core::DecodeError;

use crate::attributes::{DATA, DATA_CONTENT_TYPE, is_name};
use crate::error::CloudEventsError;
use crate::event::{CloudEvent, EventData};
use crate::media;

const DATA_BASE64: &str = "data_base64";

/// The members of an object, as they came in.
type Members<'e> = Vec<(Cow<'e, str>, &'e RawValue)>;

/// Whether a body may be an event in structured mode.
pub(super) fn is_likely(body: &[u8]) -> bool {
    let mut bytes = body.iter().skip_while(|byte| byte.is_ascii_whitespace());
    bytes.next() == Some(&b'{')
}

pub(super) fn read(body: &[u8]) -> Result<CloudEvent<'_>, DecodeError> {
    let text = std::str::from_utf8(body).map_err(DecodeError::NotUtf8)?;
    let members = members(text)?;
    let mut attributes = Vec::with_capacity(members.len());
    let (mut data, mut encoded) = (None, None);
    for (name, value) in members {
        match &*name {
            DATA => data = Some(value.get()),
            DATA_BASE64 if value.get() == "null" => {}
            DATA_BASE64 => encoded = Some(value.get()),
            _ if !is_name(&name) => {
                let name = name.into_owned();
                return Err(CloudEventsError::AttributeName { name }.into());
            }
            _ => {
                if let Some(value) = text_of(&name, value.get())? {
                    attributes.push((name, value));
                }
            }
        }
    }
    let mut known = attributes.iter();
    let content_type = known.find(|(name, _)| name == DATA_CONTENT_TYPE);
    let content_type = content_type.map(|(_, value)| &**value);
    let data = match (data, encoded) {
        (Some(_), Some(_)) => return Err(CloudEventsError::TwoData.into()),
        (Some(json), None) => of_json(json, content_type)?,
        (None, Some(json)) => of_base64(json, content_type)?,
        (None, None) => EventData::None,
    };
    Ok(CloudEvent::new(attributes, data)?)
}

/// The text of an attribute; `None` for null, which is no attribute (JSON format §2.2).
fn text_of<'e>(name: &str, json: &'e str) -> Result<Option<Cow<'e, str>>, CloudEventsError> {
    let refuse = |found| {
        let name = name.to_owned();
        Err(CloudEventsError::AttributeValue { name, found })
    };
    match json.as_bytes().first() {
        Some(b'n') => Ok(None),
        Some(b'"') => match string(json) {
            Some(text) => Ok(Some(text)),
            None => refuse("no text"),
        },
        Some(b'[') => refuse("a list"),
        Some(b'{') => refuse("an object"),
        Some(b'-' | b'0'..=b'9') if json.contains(['.', 'e', 'E']) => {
            refuse("a number with a fraction")
        }
        _ => Ok(Some(Cow::Borrowed(json))),
    }
}

/// The text that a JSON string is, if it is one.
fn string(json: &str) -> Option<Cow<'_, str>> {
    let plain = json.strip_prefix('"')?.strip_suffix('"')?;
    match plain.contains('\\') {
        false => Some(Cow::Borrowed(plain)),
        true => serde_json::from_str(json).ok().map(Cow::Owned),
    }
}

/// Data that is in the text as it is (JSON format §3.1.2).
fn of_json<'e>(
    json: &'e str,
    content_type: Option<&str>,
) -> Result<EventData<'e>, CloudEventsError> {
    if media::is_json(content_type) {
        return Ok(EventData::Json(json.into()));
    }
    match string(json) {
        Some(Cow::Borrowed(text)) => Ok(EventData::Bytes(text.as_bytes().into())),
        Some(Cow::Owned(text)) => Ok(EventData::Bytes(text.into_bytes().into())),
        None if json == "null" => Ok(EventData::None),
        None => Err(CloudEventsError::DataKind {
            content_type: content_type.unwrap_or_default().to_owned(),
        }),
    }
}

fn of_base64<'e>(json: &'e str, content_type: Option<&str>) -> Result<EventData<'e>, DecodeError> {
    let text = string(json).ok_or(CloudEventsError::AttributeValue {
        name: DATA_BASE64.into(),
        found: "no text",
    })?;
    let bytes = STANDARD
        .decode(text.as_bytes())
        .map_err(CloudEventsError::Base64)?;
    if !media::is_json(content_type) {
        return Ok(EventData::Bytes(bytes.into()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(EventData::Json(text.into())),
        Err(error) => Err(DecodeError::NotUtf8(error.utf8_error())),
    }
}

fn members(text: &str) -> Result<Members<'_>, DecodeError> {
    if !is_likely(text.as_bytes()) {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => DecodeError::NotAnObject,
            Err(error) => DecodeError::NotJson(error),
        });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Object).and_then(|members| {
        reader.end()?;
        Ok(members)
    });
    let members = members.map_err(DecodeError::NotJson)?;
    let mut names: Vec<_> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(DecodeError::DuplicateKey(twice[0].to_owned())),
        None => Ok(members),
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        #[derive(serde::Deserialize)]
        struct Name<'n>(#[serde(borrow)] Cow<'n, str>);
        let mut members = Vec::with_capacity(12);
        while let Some((Name(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(members)
    }
}
