//! The dialects the program speaks.

mod cloudevents;
mod described;
mod kazoo;
mod plain;
mod properties;
mod wazo;
mod wire;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use trunkline::kazoo::{Described, Published};
use trunkline::wazo::{Description, LineError};
use trunkline::{Envelope, Plain};

pub(crate) use cloudevents::{Spelling, dialect as cloudevents};
pub(crate) use kazoo::dialect as kazoo;
pub(crate) use properties::{PropertiesForm, Time};
pub(crate) use wire::{Wire, bytes_of};

/// A dialect by its name in configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DialectName {
    /// Wazo's own.
    Wazo,
    /// Kazoo's.
    Kazoo,
    /// The smallest dialect.
    Plain,
    /// CloudEvents 1.0.
    CloudEvents(Spelling),
}

/// What is wrong with an event that was described, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The field, or `line` for the whole.
    pub(crate) field: &'static str,
    /// Why, and what is accepted.
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn new(field: &'static str, reason: impl fmt::Display) -> Self {
        let reason = reason.to_string();
        Self { field, reason }
    }
}

impl From<LineError> for Fault {
    fn from(error: LineError) -> Self {
        Self::new(error.field(), &error)
    }
}

/// A message, as its dialect's `encode` prints it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Encoded {
    Wire(Wire),
    Kazoo(Box<Published>),
}

/// An event read back, as its dialect tells it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum ReadBack {
    Event(Box<Description>),
    Kazoo(Box<Described>),
}

impl DialectName {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Wazo,
        Self::Kazoo,
        Self::Plain,
        Self::CloudEvents(Spelling::Amqp),
        Self::CloudEvents(Spelling::Json),
    ];
    /// What is spoken unless someone says otherwise.
    pub(crate) const DEFAULT: Self = Self::Wazo;
    /// The accepted form, in words.
    pub(crate) const FORM: &'static str = "write `wazo`, `kazoo`, `plain`, `cloudevents`, or \
        `cloudevents-json` for its structured mode";

    /// The dialect's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Wazo => "wazo",
            Self::Kazoo => "kazoo",
            Self::Plain => "plain",
            Self::CloudEvents(Spelling::Amqp | Spelling::Mqtt) => "cloudevents",
            Self::CloudEvents(Spelling::Json) => "cloudevents-json",
        }
    }

    /// The same dialect, as it is written on a transport.
    pub(crate) fn on(self, transport: &str) -> Self {
        match self {
            Self::CloudEvents(Spelling::Amqp) if transport.starts_with("mqtt") => {
                Self::CloudEvents(Spelling::Mqtt)
            }
            same => same,
        }
    }

    /// Turns a line that describes an event into the message that carries it.
    pub(crate) fn encode_line(self, line: &str) -> Result<Encoded, Fault> {
        match self {
            Self::Wazo => wazo::wire(&Description::from_line(line)?).map(Encoded::Wire),
            Self::Plain => plain::wire(&Plain, &Description::from_line(line)?).map(Encoded::Wire),
            Self::CloudEvents(spelling) => {
                cloudevents::wire(spelling, &Description::from_line(line)?).map(Encoded::Wire)
            }
            Self::Kazoo => kazoo::publish(line).map(|message| Encoded::Kazoo(Box::new(message))),
        }
    }

    /// Writes a described event as an envelope, with an id and the present time.
    pub(crate) fn envelope(self, event: &Description) -> Result<Envelope, Fault> {
        match self {
            Self::Wazo => self.enveloped(&wazo::wire(event)?),
            Self::Plain => plain::envelope(&Plain, event),
            Self::CloudEvents(spelling) => cloudevents::envelope(spelling, event),
            Self::Kazoo => kazoo::envelope(event),
        }
    }

    /// Reads a line that describes an event, as an envelope and its publisher's clock.
    pub(crate) fn described(self, line: &str) -> Result<(Envelope, Option<String>), Fault> {
        if self == Self::Kazoo {
            return kazoo::enveloped(line);
        }
        let event = Description::from_line(line)?;
        Ok((self.envelope(&event)?, event.now))
    }

    /// Puts a message into an envelope, with an id and the present time.
    pub(crate) fn enveloped(self, wire: &Wire) -> Result<Envelope, Fault> {
        match self {
            Self::Wazo => wire.envelope(wazo::properties()),
            Self::Kazoo | Self::Plain => wire.envelope(plain::properties()),
            Self::CloudEvents(_) => cloudevents::enveloped(wire),
        }
    }

    /// Reads a line that holds a message back into the description of its event.
    pub(crate) fn read_back(self, line: &str) -> Result<ReadBack, Fault> {
        let event = match self {
            Self::Wazo => trunkline::wazo::decode_line(line)?,
            Self::Plain => plain::read_back(&self.enveloped(&Wire::from_line(line)?)?)?,
            Self::CloudEvents(_) => {
                cloudevents::read_back(&self.enveloped(&Wire::from_line(line)?)?)?
            }
            Self::Kazoo => {
                return kazoo::describe(line).map(|event| ReadBack::Kazoo(Box::new(event)));
            }
        };
        Ok(ReadBack::Event(Box::new(event)))
    }
}

/// A dialect the program does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect `{0}`")]
pub(crate) struct UnknownDialect(String);

impl FromStr for DialectName {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, UnknownDialect> {
        let mut known = Self::ALL.into_iter();
        let found = known.find(|name| name.as_str() == word);
        found.ok_or_else(|| UnknownDialect(word.to_owned()))
    }
}

impl fmt::Display for DialectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
