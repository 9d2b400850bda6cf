//! Envelopes as MQTT carries them.
//!
//! Each header is a user property of its name, with the value as text; the letters of
//! [`names::TYPES`] tell the types, in order, where they are not all text. What else an envelope
//! has and MQTT has no place for is a property whose name begins with `x-trunkline-`. The envelope
//! of MQTT 3.1.1 holds the same names and texts, written before the body.

mod decode;
mod encode;
mod packed;
mod pairs;
mod stamp;
mod story;
mod values;

pub(crate) use decode::{Foreign, decode};
pub(crate) use encode::encode;
pub(crate) use pairs::Pairs;
pub(crate) use stamp::Number;
pub(crate) use story::{Letter, Story, write_key};

use bytes::Bytes;

/// The names of our own properties.
pub(crate) mod names {
    /// Number, time, id and publisher of an event of ours.
    pub(crate) const STAMP: &str = "x-trunkline-stamp";
    /// The id of an event that has no stamp, because another program published it.
    pub(crate) const ID: &str = "x-trunkline-id";
    /// Its time: seconds since 1970 with a fraction.
    pub(crate) const TIME: &str = "x-trunkline-time";
    /// One letter for each header, in order.
    pub(crate) const TYPES: &str = "x-trunkline-types";
    /// Headers whose names cannot be property names, as JSON.
    pub(crate) const HEADERS: &str = "x-trunkline-headers";
    /// The routing key, where the topic does not say it.
    pub(crate) const KEY: &str = "x-trunkline-key";
    pub(crate) const CONTENT_TYPE: &str = "x-trunkline-content-type";
    pub(crate) const ENCODING: &str = "x-trunkline-encoding";
    pub(crate) const CAUSATION: &str = "x-trunkline-causation";
    pub(crate) const REPLY_TO: &str = "x-trunkline-reply-to";
    pub(crate) const KIND: &str = "x-trunkline-kind";
    pub(crate) const APP: &str = "x-trunkline-app";
    pub(crate) const PRIORITY: &str = "x-trunkline-priority";
    /// `1` on what need not outlive a restart of the broker.
    pub(crate) const TRANSIENT: &str = "x-trunkline-transient";
    /// Milliseconds; MQTT counts whole seconds, and counts them down.
    pub(crate) const EXPIRATION: &str = "x-trunkline-expiration";
    /// The number of the next attempt.
    pub(crate) const ATTEMPT: &str = "x-trunkline-attempt";
    /// When the first attempt was made.
    pub(crate) const FIRST: &str = "x-trunkline-first";
    /// When the next attempt is due.
    pub(crate) const DUE: &str = "x-trunkline-due";
    pub(crate) const REASON: &str = "x-trunkline-reason";
    pub(crate) const ERROR: &str = "x-trunkline-error";
    pub(crate) const SOURCE: &str = "x-trunkline-source";
    pub(crate) const DIED: &str = "x-trunkline-died";
    /// The handlers that did not get a dead letter done.
    pub(crate) const DEAD_HANDLERS: &str = "x-trunkline-dead-handlers";
}

/// Most bytes of an MQTT string (MQTT 5 §1.5.4).
pub(crate) const MAX_STRING: usize = 65_535;

/// What goes into a PUBLISH packet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) retain: bool,
    pub(crate) content_type: Option<String>,
    pub(crate) response_topic: Option<String>,
    pub(crate) correlation: Option<Bytes>,
    /// Whole seconds.
    pub(crate) expiry: Option<u32>,
    pub(crate) properties: Pairs,
    pub(crate) payload: Bytes,
}

impl Message {
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.properties.push(name, value);
    }

    /// Writes all but the topic into the payload, for subscribers of MQTT 3.1.1.
    pub(crate) fn pack(self) -> Self {
        packed::pack(self)
    }

    /// Takes apart what [`pack`](Self::pack) made; anything else stays as it is.
    pub(crate) fn unpack(self) -> Self {
        packed::unpack(self)
    }
}

#[cfg(test)]
mod tests;
