//! From a message to an envelope.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use percent_encoding::percent_decode_str;
use trunkline_core::{Envelope, EventId, Headers, Properties, RoutingKey, Value};

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
pub(crate) fn decode(message: Message) -> Result<Envelope, Foreign> {
    let key = match message.property(names::KEY) {
        Some(key) => RoutingKey::verbatim(unfit(key)).ok(),
        None => keys::key(&message.topic),
    };
    let key = key.ok_or(Foreign("the topic is longer than a routing key may be"))?;
    let headers = read_headers(&message);
    let properties = read_properties(&message);
    Ok(Envelope::from_parts(
        key,
        headers,
        properties,
        message.payload,
    ))
}

/// Our own properties; everything else is a header.
pub(super) fn is_ours(name: &str) -> bool {
    const OURS: &[&str] = &[
        names::ID,
        names::TIME,
        names::TYPES,
        names::HEADERS,
        names::FROM,
        names::KEY,
        names::CONTENT_TYPE,
        names::ENCODING,
        names::CAUSATION,
        names::REPLY_TO,
        names::KIND,
        names::APP,
        names::PRIORITY,
        names::TRANSIENT,
        names::EXPIRATION,
        names::ATTEMPT,
        names::FIRST,
        names::DUE,
        names::REASON,
        names::ERROR,
        names::SOURCE,
        names::DIED,
        names::DEAD_HANDLERS,
    ];
    name.starts_with("x-trunkline-") && OURS.contains(&name)
}

fn read_headers(message: &Message) -> Headers {
    let mut types = message.property(names::TYPES).unwrap_or("").chars();
    let texts = message.properties.iter().filter(|(name, _)| !is_ours(name));
    let mut headers = Headers::new();
    for (name, text) in texts {
        let letter = types.next().unwrap_or(values::letters::TEXT);
        // A letter that does not fit is somebody else's mistake: the text is what there is.
        let value = values::read(letter, text).unwrap_or_else(|| Value::from(text.as_str()));
        let value = match headers.get(name) {
            None => value,
            // MQTT allows a name several times (MQTT 5 §3.3.2.3.7), headers do not.
            Some(first) => together(first.to_value(), value),
        };
        if let Err(error) = headers.insert(name, value) {
            tracing::warn!(topic = message.topic, %error, "a property that cannot be a header was left out");
        }
    }
    let odd = message.property(names::HEADERS);
    if let Some(odd) = odd.and_then(values::read_headers) {
        for (name, value) in odd.iter() {
            // What was written as a header can be one.
            let _ = headers.insert(name, value);
        }
    }
    headers
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

fn read_properties(message: &Message) -> Properties {
    let text = |name| message.property(name).map(unfit);
    let mut properties = Properties::new();
    properties.set_id(text(names::ID).map(|id| EventId::from_text(&id)));
    properties.set_timestamp(message.property(names::TIME).and_then(read_time));
    let content_type = message.content_type.clone();
    let content_type = content_type.or_else(|| text(names::CONTENT_TYPE));
    properties.set_content_type(content_type.as_deref());
    properties.set_content_encoding(text(names::ENCODING).as_deref());
    let correlation = message.correlation.as_deref().map(String::from_utf8_lossy);
    properties.set_correlation_id(correlation.as_deref());
    properties.set_causation_id(text(names::CAUSATION).as_deref());
    properties.set_reply_to(read_reply_to(message).as_deref());
    properties.set_kind(text(names::KIND).as_deref());
    properties.set_app_id(text(names::APP).as_deref());
    properties.set_persistent(message.property(names::TRANSIENT) != Some("1"));
    let number = |name| {
        message
            .property(name)
            .and_then(|text| text.parse::<u64>().ok())
    };
    let priority = number(names::PRIORITY).and_then(|number| u8::try_from(number).ok());
    properties.set_priority(priority);
    let exactly = number(names::EXPIRATION).map(Duration::from_millis);
    let coarsely = message.expiry.map(|secs| Duration::from_secs(secs.into()));
    properties.set_expiration(exactly.or(coarsely));
    properties
}

fn read_reply_to(message: &Message) -> Option<String> {
    match (&message.response_topic, message.property(names::REPLY_TO)) {
        (_, Some(text)) => Some(unfit(text)),
        (Some(topic), None) => keys::key(topic).map(|key| key.as_str().to_owned()),
        (None, None) => None,
    }
}

/// Reads back what `fit` wrote.
pub(super) fn unfit(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Reads back what `write_time` wrote.
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
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    let span = Duration::new(seconds.parse().ok()?, nanos);
    match before {
        true => UNIX_EPOCH.checked_sub(span),
        false => UNIX_EPOCH.checked_add(span),
    }
}
