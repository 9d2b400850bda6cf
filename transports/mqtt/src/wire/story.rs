//! What a retry and a dead letter add to their event.

use std::time::SystemTime;

use trunkline_core::{DeadLetter, DeadReason, Envelope, Rejection};

use super::decode::{read_time, unfit};
use super::encode::{fit, set_time};
use super::{Foreign, Message, decode, names};

/// How far the attempts at an event have come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Story {
    /// The number of the next attempt, from 1.
    pub(crate) attempt: u32,
    /// When the first attempt was made.
    pub(crate) first: Option<SystemTime>,
    /// When the next attempt is due.
    pub(crate) due: Option<SystemTime>,
}

impl Story {
    /// Writes the story into a message that no topic tells the key of.
    pub(crate) fn write(&self, message: &mut Message, key: &str) {
        write_key(message, key);
        message.set(names::ATTEMPT, &self.attempt.to_string());
        if let Some(first) = self.first {
            set_time(message, names::FIRST, first);
        }
        if let Some(due) = self.due {
            set_time(message, names::DUE, due);
        }
    }

    /// Reads the story of a message; one without is at its first attempt.
    pub(crate) fn read(message: &Message) -> Self {
        let time = |name| message.property(name).and_then(read_time);
        let attempt = message.property(names::ATTEMPT);
        Self {
            attempt: attempt
                .and_then(|text| text.parse().ok())
                .unwrap_or(1)
                .max(1),
            first: time(names::FIRST),
            due: time(names::DUE),
        }
    }
}

/// Writes the key into a message whose topic does not tell it.
pub(crate) fn write_key(message: &mut Message, key: &str) {
    if message.property(names::KEY).is_none() {
        message.set(names::KEY, &fit(key));
    }
}

/// How an event became a dead letter.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) rejection: &'a Rejection,
    pub(crate) attempts: u32,
    pub(crate) first: Option<SystemTime>,
    pub(crate) source: &'a str,
}

impl Letter<'_> {
    /// Most bytes of an error's text: a property must hold it, escaped as it may be.
    const MAX_ERROR: usize = 16_000;

    pub(crate) fn write(&self, message: &mut Message, key: &str) {
        let now = SystemTime::now();
        write_key(message, key);
        message.set(names::REASON, self.rejection.reason.as_str());
        let error = &self.rejection.error;
        let end = (0..=Self::MAX_ERROR.min(error.len()))
            .rev()
            .find(|&end| error.is_char_boundary(end));
        message.set(names::ERROR, &fit(&error[..end.unwrap_or(0)]));
        message.set(names::ATTEMPT, &self.attempts.to_string());
        message.set(names::SOURCE, &fit(self.source));
        set_time(message, names::FIRST, self.first.unwrap_or(now));
        set_time(message, names::DIED, now);
        if !self.rejection.handlers.is_empty() {
            message.set(
                names::DEAD_HANDLERS,
                &fit(&self.rejection.handlers.join(",")),
            );
        }
    }

    /// Reads a dead letter of this id.
    ///
    /// # Errors
    /// [`Foreign`] for what is none of ours.
    pub(crate) fn read(id: &str, message: &Message) -> Result<DeadLetter, Foreign> {
        let text = |name| message.property(name).map(unfit);
        let reason = text(names::REASON).ok_or(Foreign("there is no reason"))?;
        let json = serde_json::Value::String(reason.into_owned());
        let reason: DeadReason =
            serde_json::from_value(json).map_err(|_| Foreign("the reason is unknown"))?;
        let time = |name| message.property(name).and_then(read_time);
        let (first, died) = (time(names::FIRST), time(names::DIED));
        let attempts = Story::read(message).attempt;
        let (error, source) = (text(names::ERROR), text(names::SOURCE));
        let handlers = text(names::DEAD_HANDLERS);
        let envelope: Envelope = decode(message)?;
        let source = source.unwrap_or_default();
        let mut letter = DeadLetter::new(id, envelope, reason, source.into_owned());
        letter.attempts = attempts;
        letter.error = error.unwrap_or_default().into_owned();
        let names = handlers.iter().flat_map(|names| names.split(','));
        letter.handlers = names.map(str::to_owned).collect();
        letter.died_at = died.unwrap_or(letter.died_at);
        letter.first_attempt_at = first.unwrap_or(letter.died_at);
        Ok(letter)
    }
}
