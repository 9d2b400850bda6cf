//! PUBLISH packets and their answers, as both versions have them (MQTT 5 §3.3, MQTT 3.1.1 §3.3).
//!
//! rumqttc's coding makes a string of each name and value; written and read here, straight from and
//! into a [`Message`], an event with ten headers costs half. All other packets are rumqttc's.

use bytes::{BufMut, Bytes, BytesMut};
use trunkline_core::Routing;

use super::{Incoming, Malformed};
use crate::config::{MqttVersion, PublishQos};
use crate::wire::{Message, Number, Pairs, names};

/// Most bytes behind the fixed header (MQTT 5 §1.5.5).
pub(crate) const MAX_REMAINING: usize = 268_435_455;

/// Identifiers of properties (MQTT 5 §2.2.2.2).
mod id {
    pub(super) const PAYLOAD_FORMAT: u8 = 0x01;
    pub(super) const EXPIRY: u8 = 0x02;
    pub(super) const CONTENT_TYPE: u8 = 0x03;
    pub(super) const RESPONSE_TOPIC: u8 = 0x08;
    pub(super) const CORRELATION: u8 = 0x09;
    pub(super) const SUBSCRIPTION: u8 = 0x0B;
    pub(super) const USER: u8 = 0x26;
}

/// A PUBLISH packet, complete but for its id and its number.
#[derive(Debug)]
pub(crate) struct Packet {
    bytes: BytesMut,
    topic_at: usize,
    topic_len: usize,
    is_answered: bool,
    number_at: Option<usize>,
}

impl Packet {
    /// Writes a message as a packet.
    ///
    /// # Errors
    /// Its size, if that is more than any packet can have.
    pub(crate) fn new(
        version: MqttVersion,
        message: &Message,
        qos: PublishQos,
    ) -> Result<Self, usize> {
        let is_answered = qos != PublishQos::AtMostOnce;
        let properties = (version == MqttVersion::V5).then(|| properties_len(message));
        let id_len = if is_answered { 2 } else { 0 };
        let properties_len = properties.map_or(0, |len| varint_len(len) + len);
        let remaining = 2 + message.topic.len() + id_len + properties_len + message.payload.len();
        if remaining > MAX_REMAINING {
            return Err(remaining);
        }
        let mut bytes = BytesMut::with_capacity(1 + varint_len(remaining) + remaining);
        bytes.put_u8(0x30 | (qos as u8) << 1 | u8::from(message.retain));
        put_varint(&mut bytes, remaining);
        put_text(&mut bytes, message.topic.as_bytes());
        let topic_at = bytes.len() - message.topic.len();
        if is_answered {
            bytes.put_u16(0);
        }
        let mut number_at = None;
        if let Some(len) = properties {
            put_varint(&mut bytes, len);
            number_at = put_properties(&mut bytes, message);
        } else if let Some(at) = number_in_envelope(&message.payload) {
            number_at = Some(bytes.len() + at);
        }
        bytes.extend_from_slice(&message.payload);
        Ok(Self {
            bytes,
            topic_at,
            topic_len: message.topic.len(),
            is_answered,
            number_at,
        })
    }

    /// Whether the broker answers it.
    pub(crate) fn is_answered(&self) -> bool {
        self.is_answered
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(in crate::link) fn set_id(&mut self, id: u16) {
        if self.is_answered {
            let at = self.topic_at + self.topic_len;
            self.bytes[at..at + 2].copy_from_slice(&id.to_be_bytes());
        }
    }

    /// Leaves the packet without a number.
    pub(crate) fn unnumbered(mut self) -> Self {
        self.number_at = None;
        self
    }

    /// Writes its number, once: sent again, it is the same event.
    pub(in crate::link) fn set_number(&mut self, next: impl FnOnce(&[u8]) -> Number) {
        if let Some(at) = self.number_at.take() {
            let topic = &self.bytes[self.topic_at..self.topic_at + self.topic_len];
            let number = next(topic);
            number.write(&mut self.bytes[at..at + Number::WIDTH]);
        }
    }

    pub(in crate::link) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn properties_len(message: &Message) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, |text| 3 + text.len());
    let correlation = message.correlation.as_ref();
    let pairs = &message.properties;
    message.expiry.map_or(0, |_| 5)
        + text(&message.response_topic)
        + correlation.map_or(0, |data| 3 + data.len())
        + pairs.len() * 5
        + pairs.text_len()
        + text(&message.content_type)
}

/// Writes the properties; tells where the number is to stand.
fn put_properties(bytes: &mut BytesMut, message: &Message) -> Option<usize> {
    let mut number_at = None;
    if let Some(expiry) = message.expiry {
        bytes.put_u8(id::EXPIRY);
        bytes.put_u32(expiry);
    }
    if let Some(topic) = &message.response_topic {
        bytes.put_u8(id::RESPONSE_TOPIC);
        put_text(bytes, topic.as_bytes());
    }
    if let Some(data) = &message.correlation {
        bytes.put_u8(id::CORRELATION);
        put_text(bytes, data);
    }
    for (name, value) in message.properties.iter() {
        bytes.put_u8(id::USER);
        put_text(bytes, name.as_bytes());
        put_text(bytes, value.as_bytes());
        if name == names::STAMP && value.len() > Number::WIDTH {
            number_at = Some(bytes.len() - value.len());
        }
    }
    if let Some(text) = &message.content_type {
        bytes.put_u8(id::CONTENT_TYPE);
        put_text(bytes, text.as_bytes());
    }
    number_at
}

/// Where the number stands in an envelope of ours: quotes within its texts are escaped, so these
/// are its own.
fn number_in_envelope(payload: &[u8]) -> Option<usize> {
    let before = format!("[\"{}\",\"", names::STAMP);
    if !payload.starts_with(b"trunkline1 ") {
        return None;
    }
    let found = payload.windows(before.len());
    let at = found
        .into_iter()
        .position(|bytes| bytes == before.as_bytes())?
        + before.len();
    (at + Number::WIDTH <= payload.len()).then_some(at)
}

/// Writes text or bytes with their length before them. Longer ones are refused when a message is
/// made.
fn put_text(bytes: &mut BytesMut, text: &[u8]) {
    bytes.put_u16(text.len() as u16);
    bytes.extend_from_slice(text);
}

fn varint_len(number: usize) -> usize {
    match number {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

fn put_varint(bytes: &mut BytesMut, mut number: usize) {
    while number >= 0x80 {
        bytes.put_u8(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.put_u8(number as u8);
}

/// Tells how long the packet at the front is, if that can be told: fixed header, and the rest.
pub(super) fn frame(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    let mut length = 0;
    for (n, byte) in bytes.iter().skip(1).take(4).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * n);
        if byte & 0x80 == 0 {
            return Ok(Some((n + 2, length)));
        }
    }
    match bytes.len() {
        5.. => Err(Malformed("its length has no end".into())),
        _ => Ok(None),
    }
}

/// Reads what is answered most: a PUBACK that says no more than that all is well, or that nobody is
/// subscribed.
pub(super) fn read_puback(packet: &[u8]) -> Option<Incoming> {
    let (id, outcome) = match *packet {
        [0x40, 2, a, b] | [0x40, 3, a, b, 0] => ([a, b], Ok(Routing::Unknown)),
        [0x40, 3, a, b, 0x10] => ([a, b], Ok(Routing::Unroutable)),
        _ => return None,
    };
    Some(Incoming::Taken {
        pkid: u16::from_be_bytes(id),
        released: false,
        outcome,
    })
}

/// Reads a PUBLISH packet without its fixed header.
pub(super) fn read(version: MqttVersion, flags: u8, body: Bytes) -> Result<Incoming, Malformed> {
    let mut rest = Rest(&body);
    let topic = rest.text()?.to_owned();
    let pkid = match flags >> 1 & 3 {
        0 => 0,
        1 => rest.u16()?,
        _ => return Err(Malformed("QoS 2 was not subscribed to".into())),
    };
    if flags & 2 != 0 && pkid == 0 {
        return Err(Malformed("a publish has the packet id zero".into()));
    }
    let mut message = Message {
        topic,
        retain: flags & 1 != 0,
        ..Message::default()
    };
    if version == MqttVersion::V5 {
        let len = rest.varint()?;
        let properties = Rest(rest.take(len)?);
        read_properties(properties, &mut message)?;
    }
    message.payload = body.slice(body.len() - rest.0.len()..);
    Ok(Incoming::Publish {
        message,
        pkid,
        dup: flags & 8 != 0,
    })
}

fn read_properties(mut rest: Rest<'_>, message: &mut Message) -> Result<(), Malformed> {
    let mut pairs = Pairs::with_capacity(rest.0.len() / 32, rest.0.len());
    while let Some((&property, more)) = rest.0.split_first() {
        rest.0 = more;
        match property {
            id::USER => {
                let (name, value) = (rest.text()?, rest.text()?);
                pairs.push(name, value);
            }
            id::CONTENT_TYPE => message.content_type = Some(rest.text()?.to_owned()),
            id::RESPONSE_TOPIC => message.response_topic = Some(rest.text()?.to_owned()),
            id::CORRELATION => message.correlation = Some(Bytes::copy_from_slice(rest.bytes()?)),
            id::EXPIRY => message.expiry = Some(rest.u32()?),
            id::PAYLOAD_FORMAT => drop(rest.take(1)?),
            id::SUBSCRIPTION => drop(rest.varint()?),
            other => {
                return Err(Malformed(format!(
                    "a publish has the property {other:#04x}"
                )));
            }
        }
    }
    message.properties = pairs;
    Ok(())
}

/// What of a packet is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let short = || Malformed("it ends too soon".into());
        let (taken, rest) = self.0.split_at_checked(len).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        let (high, low) = (self.u16()?, self.u16()?);
        Ok(u32::from(high) << 16 | u32::from(low))
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.u16()?;
        self.take(len.into())
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        let text = std::str::from_utf8(self.bytes()?);
        text.map_err(|_| Malformed("a text is not UTF-8".into()))
    }

    fn varint(&mut self) -> Result<usize, Malformed> {
        let mut number = 0;
        for n in 0..4 {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7F) << (7 * n);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed("a length has no end".into()))
    }
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;
