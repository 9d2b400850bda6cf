//! Envelopes ↔ AMQP messages.
//!
//! Id, times, content type and so on are AMQP's own properties; what AMQP has no place for travels
//! in headers beginning with `x-trunkline-`, which no event may use. Headers of that kind, and those
//! RabbitMQ adds itself (`x-death`, `x-delivery-count`), are read here and not handed on.

pub(crate) mod story;
mod value;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use trunkline_core::{
    Envelope, EventId, HANDLERS_HEADER, HeaderError, Headers, Properties, RoutingKey,
    TransportError,
};

pub(crate) use value::{insert, table_from_amqp, table_to_amqp, to_amqp};

use crate::NAME;

/// The routing key of a copy that travels by the name of a queue.
pub(crate) const KEY: &str = "x-trunkline-key";
/// Attempts begun before this copy was made.
pub(crate) const ATTEMPTS: &str = "x-trunkline-attempts";
/// When the first attempt failed, in microseconds since 1970.
pub(crate) const FIRST_ATTEMPT: &str = "x-trunkline-first-attempt";
/// When the event happened, in microseconds since 1970: AMQP's own timestamp has whole seconds.
const TIME: &str = "x-trunkline-time";
/// The id of the event that led to this one.
const CAUSATION: &str = "x-trunkline-causation-id";

/// What RabbitMQ and we put into a delivery for ourselves.
const OURS: &str = "x-trunkline-";

/// Bytes of a content header frame beside the properties (AMQP 0-9-1 §4.2.6.1), the frame's own
/// eight included.
const HEADER_FRAME: usize = 8 + 2 + 2 + 8 + 2;

fn short(name: &str, text: impl Into<String>) -> Result<ShortString, TransportError> {
    ShortString::try_new(text).map_err(|_| TransportError::Header {
        transport: NAME,
        source: HeaderError::TooLarge {
            name: name.into(),
            limit: 255,
        },
    })
}

/// Puts headers and properties as AMQP has them.
///
/// # Errors
/// [`TransportError::Header`] for what is longer than AMQP can carry, or than the frame the broker
/// agreed to.
pub(crate) fn encode(
    envelope: &Envelope,
    extra: &FieldTable,
    frame_max: u32,
) -> Result<BasicProperties, TransportError> {
    let mut fields = table_to_amqp(envelope.headers().as_table());
    for (name, value) in extra {
        fields.insert(name.clone(), value.clone());
    }
    let properties = encode_properties(envelope.properties(), &mut fields)?;
    check_frame(&properties, &fields, frame_max)?;
    Ok(properties.with_headers(fields))
}

fn encode_properties(
    from: &Properties,
    fields: &mut FieldTable,
) -> Result<BasicProperties, TransportError> {
    let mut to =
        BasicProperties::default().with_delivery_mode(if from.persistent() { 2 } else { 1 });
    if let Some(id) = from.id() {
        to = to.with_message_id(short("message_id", id.to_string())?);
    }
    if let Some(time) = from.timestamp() {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        to = to.with_timestamp(since.as_secs());
        if since.subsec_nanos() != 0 {
            fields.insert(TIME.into(), AMQPValue::LongLongInt(micros(time)));
        }
    }
    if let Some(id) = from.causation_id() {
        fields.insert(CAUSATION.into(), AMQPValue::LongString(id.into()));
    }
    if let Some(life) = from.expiration() {
        to = to.with_expiration(life.as_millis().to_string().into());
    }
    if let Some(priority) = from.priority() {
        to = to.with_priority(priority);
    }
    macro_rules! texts {
        ($($get:ident $with:ident;)*) => {$(
            if let Some(text) = from.$get() {
                to = to.$with(short(stringify!($get), text)?);
            }
        )*};
    }
    texts! {
        content_type with_content_type;
        content_encoding with_content_encoding;
        correlation_id with_correlation_id;
        reply_to with_reply_to;
        kind with_type;
        app_id with_app_id;
    }
    Ok(to)
}

/// Refuses what would not fit into one frame: the broker ends the connection over it.
fn check_frame(
    properties: &BasicProperties,
    fields: &FieldTable,
    frame_max: u32,
) -> Result<(), TransportError> {
    let texts = [
        properties.content_type(),
        properties.content_encoding(),
        properties.correlation_id(),
        properties.reply_to(),
        properties.expiration(),
        properties.message_id(),
        properties.kind(),
        properties.app_id(),
    ];
    let texts: usize = texts
        .iter()
        .filter_map(|text| text.as_ref())
        .map(|text| 1 + text.as_str().len())
        .sum();
    // Delivery mode, priority and timestamp.
    let bytes = HEADER_FRAME + texts + 10 + value::table_bytes(fields);
    let limit = frame_max as usize;
    if bytes <= limit {
        return Ok(());
    }
    let largest = fields
        .into_iter()
        .max_by_key(|(_, value)| value_size(value));
    let name = largest.map_or_else(String::new, |(name, _)| name.to_string());
    Err(TransportError::Header {
        transport: NAME,
        source: HeaderError::TooLarge { name, limit },
    })
}

fn value_size(value: &AMQPValue) -> usize {
    let mut one = FieldTable::default();
    one.insert(ShortString::default(), value.clone());
    value::table_bytes(&one)
}

/// A delivery as an envelope, and what its headers said to us.
pub(crate) struct Decoded {
    pub(crate) envelope: Envelope,
    /// Attempts begun before, as a copy tells.
    pub(crate) attempts: u32,
    /// Deliveries a quorum queue has counted beside this one.
    pub(crate) delivery_count: Option<u32>,
    pub(crate) first_attempt_at: Option<SystemTime>,
}

/// Reads a delivery.
pub(crate) fn decode(routing_key: &str, from: &BasicProperties, body: Vec<u8>) -> Decoded {
    let mut properties = decode_properties(from);
    let mut headers = Headers::new();
    let (mut key, mut attempts, mut delivery_count, mut first) = (None, 0, None, None);
    for (name, value) in from.headers().iter().flatten() {
        match name.as_str() {
            KEY => key = text(value),
            ATTEMPTS => attempts = count(value),
            "x-delivery-count" => delivery_count = Some(count(value)),
            FIRST_ATTEMPT => first = time(value),
            TIME => properties.set_timestamp(time(value).or(properties.timestamp())),
            CAUSATION => properties.set_causation_id(text(value)),
            HANDLERS_HEADER => insert(&mut headers, HANDLERS_HEADER, value),
            name if is_internal(name) => {}
            name => insert(&mut headers, name, value),
        }
    }
    let key = key.unwrap_or(routing_key);
    Decoded {
        envelope: Envelope::from_parts(foreign_key(key), headers, properties, Bytes::from(body)),
        attempts,
        delivery_count,
        first_attempt_at: first,
    }
}

/// Whether a header is RabbitMQ's or ours, and no part of the event.
fn is_internal(name: &str) -> bool {
    name.starts_with(OURS)
        || name == "x-death"
        || name.starts_with("x-first-death-")
        || name.starts_with("x-last-death-")
}

/// A key as others may write it; one that is longer than a key can be does not pass AMQP either.
fn foreign_key(text: &str) -> RoutingKey {
    RoutingKey::verbatim(text).unwrap_or_else(|error| {
        tracing::warn!(%error, "a delivery's routing key cannot be shown as it is");
        RoutingKey::new("unreadable").expect("a word is a key")
    })
}

fn decode_properties(from: &BasicProperties) -> Properties {
    let mut to = Properties::new();
    fn text(text: &Option<ShortString>) -> Option<&str> {
        text.as_ref().map(ShortString::as_str)
    }
    to.set_id(text(from.message_id()).map(EventId::from_text));
    let seconds = from.timestamp().map(Duration::from_secs);
    to.set_timestamp(seconds.and_then(|since| UNIX_EPOCH.checked_add(since)));
    to.set_content_type(text(from.content_type()));
    to.set_content_encoding(text(from.content_encoding()));
    to.set_correlation_id(text(from.correlation_id()));
    to.set_reply_to(text(from.reply_to()));
    to.set_kind(text(from.kind()));
    to.set_app_id(text(from.app_id()));
    to.set_priority(*from.priority());
    to.set_persistent(*from.delivery_mode() == Some(2));
    let life = text(from.expiration()).and_then(|text| text.parse().ok());
    to.set_expiration(life.map(Duration::from_millis));
    to
}

pub(crate) fn text(value: &AMQPValue) -> Option<&str> {
    match value {
        AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
        AMQPValue::ShortString(text) => Some(text.as_str()),
        _ => None,
    }
}

pub(crate) fn int(value: &AMQPValue) -> Option<i64> {
    match value::from_amqp(value) {
        trunkline_core::Value::Int(value) => Some(value),
        _ => None,
    }
}

fn count(value: &AMQPValue) -> u32 {
    int(value).and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

/// Microseconds since 1970.
pub(crate) fn micros(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

pub(crate) fn time(value: &AMQPValue) -> Option<SystemTime> {
    let micros = int(value).and_then(|n| u64::try_from(n).ok())?;
    UNIX_EPOCH.checked_add(Duration::from_micros(micros))
}
