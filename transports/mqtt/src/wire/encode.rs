//! From an envelope to a message.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use trunkline_core::{Envelope, HeaderError, Headers, Properties};

use super::stamp::Stamp;
use super::{MAX_STRING, Message, Pairs, names, values};
use crate::keys::{self, is_fit, is_unfit};

/// Room for our own properties beside the headers: an id, a time, a publisher.
const OWN_PROPERTIES: usize = 160;

/// Writes an envelope, published by `from`.
///
/// # Errors
/// [`HeaderError`] for a header that no property can hold.
pub(crate) fn encode(envelope: &Envelope, from: &str) -> Result<Message, HeaderError> {
    let key = envelope.routing_key().as_str();
    let (topic, exact) = keys::topic(key);
    let headers = envelope.headers();
    let room = headers.byte_len() + OWN_PROPERTIES + from.len();
    let mut message = Message {
        topic,
        payload: envelope.body().clone(),
        properties: Pairs::with_capacity(headers.len() + 6, room),
        ..Message::default()
    };
    // First, where subscribers and those who number a packet find it soonest.
    Stamp::write(&mut message.properties, envelope.properties(), from);
    write_headers(&mut message, headers)?;
    if !exact {
        message.set(names::KEY, &fit(key));
    }
    write_properties(&mut message, envelope.properties());
    check_lengths(&message)?;
    Ok(message)
}

/// What no packet can hold is refused before one is made.
fn check_lengths(message: &Message) -> Result<(), HeaderError> {
    let pairs = message.properties.iter();
    let pairs = pairs.map(|(name, value)| (name, name.len().max(value.len())));
    let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let correlation = message.correlation.as_ref().map_or(0, Bytes::len);
    let mut all = pairs.chain([
        ("content type", len(&message.content_type)),
        ("reply to", len(&message.response_topic)),
        ("correlation id", correlation),
    ]);
    match all.find(|(_, len)| *len > MAX_STRING) {
        Some((name, _)) => Err(HeaderError::TooLarge {
            name: name.to_owned(),
            limit: MAX_STRING,
        }),
        None => Ok(()),
    }
}

fn write_headers(message: &mut Message, headers: &Headers) -> Result<(), HeaderError> {
    let mut types = String::new();
    let mut texts = 0;
    let mut odd = Headers::new();
    for (name, value) in headers.iter() {
        if !is_fit(name) {
            odd.insert(name, value)?;
            continue;
        }
        let (letter, text) = values::write(name, value)?;
        match letter {
            // Where all are text, nothing need say so.
            values::letters::TEXT if types.is_empty() => texts += 1,
            letter => {
                types.extend(std::iter::repeat_n(
                    values::letters::TEXT,
                    std::mem::take(&mut texts),
                ));
                types.push(letter);
            }
        }
        message.set(name, &text);
    }
    if !types.is_empty() {
        message.set(names::TYPES, &types);
    }
    if !odd.is_empty() {
        message.set(names::HEADERS, &values::json(names::HEADERS, &odd)?);
    }
    Ok(())
}

fn write_properties(message: &mut Message, properties: &Properties) {
    match properties.content_type() {
        Some(text) if !is_fit(text) => message.set(names::CONTENT_TYPE, &fit(text)),
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
            message.set(name, &fit(text));
        }
    }
    if let Some(priority) = properties.priority() {
        message.set(names::PRIORITY, &priority.to_string());
    }
    if !properties.persistent() {
        message.set(names::TRANSIENT, "1");
    }
    if let Some(expiration) = properties.expiration() {
        message.set(names::EXPIRATION, &expiration.as_millis().to_string());
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
        message.set(names::REPLY_TO, &fit(reply_to));
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

/// Sets a property to a time.
pub(super) fn set_time(message: &mut Message, name: &str, time: SystemTime) {
    message
        .properties
        .push_with(name, |text| write_time(text, time));
}

/// Writes seconds since 1970 with a fraction of nanoseconds, as far as it is not zero.
pub(super) fn write_time(text: &mut String, time: SystemTime) {
    let (sign, span) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => ("", after),
        Err(before) => ("-", before.duration()),
    };
    // A string takes all.
    let _ = write!(text, "{sign}{}", span.as_secs());
    if span.subsec_nanos() > 0 {
        let _ = write!(text, ".{:09}", span.subsec_nanos());
        text.truncate(text.trim_end_matches('0').len());
    }
}
