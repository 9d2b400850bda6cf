//! From a message to an envelope.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use percent_encoding::percent_decode_str;
use trunkline_core::{Envelope, EventId, HeaderError, Headers, Properties, RoutingKey, Value};

use super::{Message, names, values};
use crate::keys;

/// Why a message is no envelope.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign(pub(crate) &'static str);

/// Reads a message. What another program wrote is read as far as it goes: unknown properties are
/// headers, and without types they are text.
///
/// # Errors
/// [`Foreign`] when the topic cannot be a routing key.
pub(crate) fn decode(message: &Message) -> Result<Envelope, Foreign> {
    let own = Own::of(message);
    let key = match own.key {
        Some(key) => RoutingKey::verbatim(unfit(key)).ok(),
        None => keys::key(&message.topic),
    };
    let key = key.ok_or(Foreign("the topic is longer than a routing key may be"))?;
    let headers = read_headers(message, &own);
    let properties = read_properties(message, &own);
    let body = message.payload.clone();
    Ok(Envelope::from_parts(key, headers, properties, body))
}

/// What our own properties of an envelope say; the first of a name counts.
#[derive(Default)]
struct Own<'a> {
    key: Option<&'a str>,
    types: Option<&'a str>,
    headers: Option<&'a str>,
    id: Option<&'a str>,
    time: Option<&'a str>,
    content_type: Option<&'a str>,
    encoding: Option<&'a str>,
    causation: Option<&'a str>,
    reply_to: Option<&'a str>,
    kind: Option<&'a str>,
    app: Option<&'a str>,
    priority: Option<&'a str>,
    transient: Option<&'a str>,
    expiration: Option<&'a str>,
    /// What is told of a delivery, not of its event.
    other: Option<&'a str>,
}

impl<'a> Own<'a> {
    fn of(message: &'a Message) -> Self {
        let mut own = Self::default();
        for (name, text) in message.properties.iter() {
            if let Some(place) = own.place(name) {
                place.get_or_insert(text);
            }
        }
        if let Some(stamp) = message.stamp() {
            (own.id, own.time) = (stamp.id.or(own.id), stamp.time.or(own.time));
        }
        own
    }

    /// Where a property of ours belongs; `None` for a header.
    fn place(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        if !name.starts_with("x-trunkline-") {
            return None;
        }
        Some(match name {
            names::ID => &mut self.id,
            names::TIME => &mut self.time,
            names::TYPES => &mut self.types,
            names::HEADERS => &mut self.headers,
            names::KEY => &mut self.key,
            names::CONTENT_TYPE => &mut self.content_type,
            names::ENCODING => &mut self.encoding,
            names::CAUSATION => &mut self.causation,
            names::REPLY_TO => &mut self.reply_to,
            names::KIND => &mut self.kind,
            names::APP => &mut self.app,
            names::PRIORITY => &mut self.priority,
            names::TRANSIENT => &mut self.transient,
            names::EXPIRATION => &mut self.expiration,
            names::STAMP
            | names::ATTEMPT
            | names::FIRST
            | names::DUE
            | names::REASON
            | names::ERROR
            | names::SOURCE
            | names::DIED
            | names::DEAD_HANDLERS => &mut self.other,
            _ => return None,
        })
    }
}

fn read_headers(message: &Message, own: &Own<'_>) -> Headers {
    let mut types = own.types.unwrap_or("").chars();
    let mut headers = Headers::new();
    for (name, text) in message.properties.iter() {
        if Own::default().place(name).is_some() {
            continue;
        }
        let letter = types.next().unwrap_or(values::letters::TEXT);
        if let Err(error) = read_header(&mut headers, name, letter, text) {
            tracing::warn!(topic = message.topic, %error, "a property that cannot be a header was left out");
        }
    }
    if let Some(odd) = own.headers.and_then(values::read_headers) {
        for (name, value) in odd.iter() {
            // What was written as a header can be one.
            let _ = headers.insert(name, value);
        }
    }
    headers
}

fn read_header(
    headers: &mut Headers,
    name: &str,
    letter: char,
    text: &str,
) -> Result<(), HeaderError> {
    // MQTT allows a name several times (MQTT 5 §3.3.2.3.7), headers do not.
    let first = headers.get(name).map(|first| first.to_value());
    if letter == values::letters::TEXT && first.is_none() {
        return headers.insert(name, text);
    }
    // A letter that does not fit is somebody else's mistake: the text is what there is.
    let value = values::read(letter, text).unwrap_or_else(|| Value::from(text));
    headers.insert(
        name,
        match first {
            None => value,
            Some(first) => together(first, value),
        },
    )
}

fn together(first: Value, next: Value) -> Value {
    match first {
        Value::List(mut values) => {
            values.push(next);
            Value::List(values)
        }
        first => Value::List(vec![first, next]),
    }
}

fn read_properties(message: &Message, own: &Own<'_>) -> Properties {
    let text = |text: Option<&str>| text.map(|text| unfit(text).into_owned());
    let mut properties = Properties::new();
    properties.set_id(own.id.map(|id| EventId::from_text(&unfit(id))));
    properties.set_timestamp(own.time.and_then(read_time));
    match (&message.content_type, own.content_type) {
        (Some(content_type), _) => properties.set_content_type(Some(content_type)),
        (None, escaped) => properties.set_content_type(text(escaped).as_deref()),
    }
    properties.set_content_encoding(text(own.encoding).as_deref());
    let correlation = message.correlation.as_deref().map(String::from_utf8_lossy);
    properties.set_correlation_id(correlation.as_deref());
    properties.set_causation_id(text(own.causation).as_deref());
    properties.set_reply_to(read_reply_to(message, own).as_deref());
    properties.set_kind(text(own.kind).as_deref());
    properties.set_app_id(text(own.app).as_deref());
    properties.set_persistent(own.transient != Some("1"));
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
    let priority = number(own.priority).and_then(|number| u8::try_from(number).ok());
    properties.set_priority(priority);
    let exactly = number(own.expiration).map(Duration::from_millis);
    let coarsely = message.expiry.map(|secs| Duration::from_secs(secs.into()));
    properties.set_expiration(exactly.or(coarsely));
    properties
}

fn read_reply_to(message: &Message, own: &Own<'_>) -> Option<String> {
    match (&message.response_topic, own.reply_to) {
        (_, Some(text)) => Some(unfit(text).into_owned()),
        (Some(topic), None) => keys::key(topic).map(|key| key.as_str().to_owned()),
        (None, None) => None,
    }
}

/// Reads back what `fit` wrote.
pub(super) fn unfit(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Reads back what `set_time` wrote.
pub(super) fn read_time(text: &str) -> Option<SystemTime> {
    let (before, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 9 || !is_number(fraction) || !is_number(seconds) {
        return None;
    }
    let nanos = match fraction.len() {
        0 => 0,
        // The length is no more than nine.
        len => fraction.parse::<u32>().ok()? * 10_u32.pow(9 - len as u32),
    };
    let span = Duration::new(seconds.parse().ok()?, nanos);
    match before {
        true => UNIX_EPOCH.checked_sub(span),
        false => UNIX_EPOCH.checked_add(span),
    }
}
