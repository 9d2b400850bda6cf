//! The older forms of events, as old servers sent them and recordings still have them.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::KazooError;
use crate::family::Family;
use crate::message::Message;
use crate::vocabulary::EVENT_NAME;

/// An event in one of the older forms.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LegacyEvent {
    /// The event's name.
    pub name: String,
    /// The message.
    pub message: Box<RawValue>,
    /// The key the message was published under, if it can be told.
    pub routing_key: Option<String>,
}

/// Reads an event of Kazoo 3 or 4.0: `{"name", "args"}`, the same in a packet of Socket.IO 0.9, or a
/// message with a `routing_key` in it.
///
/// `args` is the message, or a list of which it is the only item.
///
/// # Errors
/// [`KazooError::NotAnEvent`] for any other text, and other packets such as heartbeats.
///
/// # Examples
/// ```
/// let event = trunkline_kazoo::read_legacy_event(
///     r#"5:::{"name": "CHANNEL_HOLD", "args": {"Event-Name": "CHANNEL_HOLD", "Call-ID": "leg-1"}}"#,
/// )?;
/// assert_eq!(event.routing_key.as_deref(), Some("call.CHANNEL_HOLD.leg-1"));
/// # Ok::<(), trunkline_kazoo::KazooError>(())
/// ```
pub fn read_legacy_event(text: &str) -> Result<LegacyEvent, KazooError> {
    let text = text.trim_ascii();
    let json = if text.starts_with('{') {
        text
    } else {
        packet(text)?
    };
    let frame = Message::parse(json).map_err(|_| not("no JSON object, or a key is there twice"))?;
    if frame.has("args") {
        let name = frame.text("name").ok_or(not("there is no `name`"))?;
        return of_message(name.into_owned(), argument(&frame)?);
    }
    flat(frame)
}

fn not(reason: &'static str) -> KazooError {
    KazooError::NotAnEvent { reason }
}

/// The JSON of an event packet: `5:{id}:{endpoint}:{json}`.
fn packet(text: &str) -> Result<&str, KazooError> {
    let mut parts = text.splitn(4, ':');
    if parts.next() != Some("5") {
        return Err(not(
            "neither a JSON object nor an event packet of Socket.IO 0.9",
        ));
    }
    parts.nth(2).ok_or(not("the packet is cut short"))
}

/// The message in `args`.
fn argument(frame: &Message<'_>) -> Result<String, KazooError> {
    let json = frame.get("args").unwrap_or_default();
    if json.starts_with('{') {
        return Ok(json.to_owned());
    }
    let items: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| not("`args` is neither an object nor a list"))?;
    match items[..] {
        [only] if only.get().starts_with('{') => Ok(only.get().to_owned()),
        _ => Err(not("`args` is not a list of one object")),
    }
}

/// A message of Kazoo 4.0, with its name in `routing_key` once more.
fn flat(mut frame: Message<'_>) -> Result<LegacyEvent, KazooError> {
    let name = frame.text(EVENT_NAME).map(|name| name.into_owned());
    match name {
        Some(name) if frame.has("routing_key") => {
            frame.retain(|key, _| key != "routing_key");
            of_message(name, frame.to_json())
        }
        _ => Err(not("there are no `name` and `args`")),
    }
}

fn of_message(name: String, json: String) -> Result<LegacyEvent, KazooError> {
    let message = Message::parse(&json).map_err(|_| not("a key of `args` is there twice"))?;
    let family = Family::of(&message);
    let routing_key = family.and_then(|family| family.routing_key(&message)).ok();
    let message = RawValue::from_string(json).map_err(|_| not("`args` is not JSON"))?;
    Ok(LegacyEvent {
        name,
        message,
        routing_key,
    })
}
