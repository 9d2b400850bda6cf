//! From an envelope to a message.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use trunkline_core::{Envelope, HeaderError, Headers, Properties};

use super::{MAX_STRING, Message, names, values};
use crate::keys::{self, is_unfit};

/// Writes an envelope, published by `from`.
///
/// # Errors
/// [`HeaderError`] for a header that no property can hold.
pub(crate) fn encode(envelope: &Envelope, from: &str) -> Result<Message, HeaderError> {
    let key = envelope.routing_key().as_str();
    let (topic, exact) = keys::topic(key);
    let mut message = Message {
        topic,
        payload: envelope.body().clone(),
        properties: Vec::with_capacity(envelope.headers().len() + 6),
        ..Message::default()
    };
    write_headers(&mut message, envelope.headers())?;
    message.set(names::FROM, from);
    if !exact {
        message.set(names::KEY, fit(key));
    }
    write_properties(&mut message, envelope.properties());
    match message
        .properties
        .iter()
        .find(|(_, v)| v.len() > MAX_STRING)
    {
        Some((name, _)) => Err(HeaderError::TooLarge {
            name: name.clone(),
            limit: MAX_STRING,
        }),
        None => Ok(message),
    }
}

fn write_headers(message: &mut Message, headers: &Headers) -> Result<(), HeaderError> {
    let mut types = String::with_capacity(headers.len());
    let mut odd = Headers::new();
    for (name, value) in headers.iter() {
        if name.contains(is_unfit) {
            odd.insert(name, value)?;
            continue;
        }
        let (letter, text) = values::write(name, value)?;
        types.push(letter);
        message.set(name, text);
    }
    if types.contains(|letter| letter != values::letters::TEXT) {
        message.set(names::TYPES, types);
    }
    if !odd.is_empty() {
        message.set(names::HEADERS, values::json(names::HEADERS, &odd)?);
    }
    Ok(())
}

fn write_properties(message: &mut Message, properties: &Properties) {
    if let Some(id) = properties.id() {
        match id.as_uuid() {
            Some(uuid) => message.set(names::ID, uuid.to_string()),
            None => message.set(names::ID, fit(&id.to_string())),
        }
    }
    if let Some(time) = properties.timestamp() {
        message.set(names::TIME, write_time(time));
    }
    match properties.content_type() {
        Some(text) if text.contains(is_unfit) => message.set(names::CONTENT_TYPE, fit(text)),
        fit => message.content_type = fit.map(str::to_owned),
    }
    let correlation = properties.correlation_id();
    message.correlation = correlation.map(|id| Bytes::copy_from_slice(id.as_bytes()));
    if let Some(reply_to) = properties.reply_to() {
        write_reply_to(message, reply_to);
    }
    let texts = [
        (names::ENCODING, properties.content_encoding()),
        (names::CAUSATION, properties.causation_id()),
        (names::KIND, properties.kind()),
        (names::APP, properties.app_id()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            message.set(name, fit(text));
        }
    }
    if let Some(priority) = properties.priority() {
        message.set(names::PRIORITY, priority.to_string());
    }
    if !properties.persistent() {
        message.set(names::TRANSIENT, "1");
    }
    if let Some(expiration) = properties.expiration() {
        message.set(names::EXPIRATION, expiration.as_millis().to_string());
        message.expiry = Some(whole_seconds(expiration));
    }
}

/// An answer's key is the response topic where its topic says it.
fn write_reply_to(message: &mut Message, reply_to: &str) {
    let (topic, _) = keys::topic(reply_to);
    let exact = keys::key(&topic).is_some_and(|key| key.is_canonical() && key.as_str() == reply_to);
    if exact {
        message.response_topic = Some(topic);
    } else {
        message.set(names::REPLY_TO, fit(reply_to));
    }
}

/// MQTT counts whole seconds (MQTT 5 §3.3.2.3.3): an event may live a little longer, not shorter.
fn whole_seconds(life: Duration) -> u32 {
    let seconds = life.as_secs() + u64::from(life.subsec_nanos() > 0);
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

/// Text with every character fit for MQTT: `%`, too, is escaped, so that it can be read back.
pub(super) fn fit(text: &str) -> Cow<'_, str> {
    keys::escape(text, |c| c == '%' || is_unfit(c))
}

/// Seconds since 1970 with a fraction of nanoseconds, as far as it is not zero.
pub(super) fn write_time(time: SystemTime) -> String {
    let (sign, span) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => ("", after),
        Err(before) => ("-", before.duration()),
    };
    match span.subsec_nanos() {
        0 => format!("{sign}{}", span.as_secs()),
        nanos => {
            let text = format!("{sign}{}.{nanos:09}", span.as_secs());
            text.trim_end_matches('0').to_owned()
        }
    }
}
