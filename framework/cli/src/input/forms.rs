//! The forms an event may be written in.

use std::time::{Duration, SystemTime};

use trunkline::Envelope;

use super::{Fields, RecordLine};
use crate::dialects::{DialectName, Fault, Wire};
use crate::failure::Refusal;

/// An event of a recording, ready to be published.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// The line it came from.
    pub(crate) line: u64,
    /// When it is due, from the beginning.
    pub(crate) offset: Duration,
    /// The event.
    pub(crate) envelope: Envelope,
}

/// Reads lines of any form: a record, a message, or the description of an event.
///
/// A record says when it is due. The others tell their publisher's clock, and the first of them
/// begins the recording; without a clock an event is due with the one before.
#[derive(Debug)]
pub(crate) struct Forms {
    dialect: DialectName,
    began: Option<SystemTime>,
    last: Duration,
}

impl Forms {
    /// Reads events of a dialect.
    pub(crate) fn of(dialect: DialectName) -> Self {
        Self {
            dialect,
            began: None,
            last: Duration::ZERO,
        }
    }

    /// Reads a line.
    pub(crate) fn read(&mut self, line: u64, text: &str) -> Result<Recorded, Refusal> {
        let read = self.event(text).map(|(envelope, offset)| {
            self.last = offset;
            Recorded {
                line,
                offset,
                envelope,
            }
        });
        read.map_err(|fault| Refusal::at(line, fault))
    }

    fn event(&mut self, text: &str) -> Result<(Envelope, Duration), Fault> {
        let fields = Fields::of(text)?;
        if fields.get("record").is_some() {
            return RecordLine::read(&fields);
        }
        let (envelope, clock) = if fields.get("payload").is_some() {
            let wire = Wire::from_fields(&fields)?;
            (self.dialect.enveloped(&wire)?, wire.timestamp())
        } else {
            self.dialect.described(text)?
        };
        let offset = self.due(clock.as_deref());
        Ok((envelope, offset))
    }

    /// When an event is due that happened at this time by its publisher's clock.
    fn due(&mut self, clock: Option<&str>) -> Duration {
        let Some(time) = clock.and_then(|text| humantime::parse_rfc3339_weak(text).ok()) else {
            return self.last;
        };
        let began = *self.began.get_or_insert(time);
        time.duration_since(began).unwrap_or_default()
    }
}

impl Refusal {
    /// Refuses a line for a fault in it.
    pub(crate) fn at(line: u64, fault: Fault) -> Self {
        Self {
            line,
            field: fault.field.to_owned(),
            reason: fault.reason,
        }
    }
}
