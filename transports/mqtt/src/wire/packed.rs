//! Metadata before the body, for MQTT 3.1.1.
//!
//! `trunkline1`, a space, the length of a JSON object in decimal digits, a line feed, the object,
//! a line feed, and the body as it is.

use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};

use super::{Message, Pairs};

const MAGIC: &[u8] = b"trunkline1 ";

#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response_topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<String>,
    #[serde(default, skip_serializing_if = "Pairs::is_empty")]
    properties: Pairs,
}

pub(super) fn pack(message: Message) -> Message {
    let correlation = message.correlation.as_deref().map(String::from_utf8_lossy);
    let head = Head {
        content_type: message.content_type,
        response_topic: message.response_topic,
        correlation: correlation.map(Into::into),
        properties: message.properties,
    };
    let json = serde_json::to_vec(&head).expect("texts can be written as JSON");
    let digits = json.len().to_string();
    let length = MAGIC.len() + digits.len() + 2 + json.len() + message.payload.len();
    let mut payload = BytesMut::with_capacity(length);
    for part in [
        MAGIC,
        digits.as_bytes(),
        b"\n",
        &json,
        b"\n",
        &message.payload,
    ] {
        payload.extend_from_slice(part);
    }
    Message {
        topic: message.topic,
        retain: message.retain,
        expiry: message.expiry,
        payload: payload.freeze(),
        ..Message::default()
    }
}

pub(super) fn unpack(message: Message) -> Message {
    // Properties of MQTT 5 say more than a payload that happens to begin like ours.
    if !message.properties.is_empty() {
        return message;
    }
    let Some((head, body)) = split(&message.payload) else {
        return message;
    };
    Message {
        content_type: head.content_type,
        response_topic: head.response_topic,
        correlation: head.correlation.map(Bytes::from),
        properties: head.properties,
        payload: body,
        ..message
    }
}

fn split(payload: &Bytes) -> Option<(Head, Bytes)> {
    let rest = payload.strip_prefix(MAGIC)?;
    let line = rest.iter().take(10).position(|&byte| byte == b'\n')?;
    let length: usize = std::str::from_utf8(&rest[..line]).ok()?.parse().ok()?;
    let json = rest.get(line + 1..)?.get(..length)?;
    let head = serde_json::from_slice(json).ok()?;
    let end = MAGIC.len() + line + 1 + length;
    (payload.get(end) == Some(&b'\n')).then(|| (head, payload.slice(end + 1..)))
}
