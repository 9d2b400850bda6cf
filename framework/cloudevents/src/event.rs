//! One event, as it was read.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::attributes::{DATA_CONTENT_TYPE, ID, SOURCE, SPECVERSION, SUBJECT, TIME, TYPE, VERSION};
use crate::error::CloudEventsError;
use crate::time;

/// A CloudEvent of whoever's, with all it says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudEvent<'e> {
    attributes: Vec<(Cow<'e, str>, Cow<'e, str>)>,
    data: EventData<'e>,
}

/// What an event is about, as its content type has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EventData<'e> {
    /// Nothing.
    None,
    /// JSON text.
    Json(Cow<'e, str>),
    /// Anything else, text included.
    Bytes(Cow<'e, [u8]>),
}

impl<'e> CloudEvent<'e> {
    /// Puts an event together, if it is one.
    pub(crate) fn new(
        attributes: Vec<(Cow<'e, str>, Cow<'e, str>)>,
        data: EventData<'e>,
    ) -> Result<Self, CloudEventsError> {
        let event = Self { attributes, data };
        match event.attribute(SPECVERSION) {
            Some(VERSION) => {}
            None => return Err(CloudEventsError::NotACloudEvent),
            Some(found) => {
                let found = found.to_owned();
                return Err(CloudEventsError::Version { found });
            }
        }
        for attribute in [ID, SOURCE, TYPE] {
            if event.required(attribute).is_empty() {
                return Err(CloudEventsError::Missing { attribute });
            }
        }
        match event.attribute(TIME) {
            Some(found) if time::read(found).is_none() => {
                let found = found.to_owned();
                Err(CloudEventsError::Time { found })
            }
            _ => Ok(event),
        }
    }

    fn required(&self, name: &str) -> &str {
        self.attribute(name).unwrap_or_default()
    }

    /// The event's id, which no other event of its source has.
    pub fn id(&self) -> &str {
        self.required(ID)
    }

    /// Where it happened: a URI reference.
    pub fn source(&self) -> &str {
        self.required(SOURCE)
    }

    /// What happened: the attribute `type`, the event's name.
    pub fn name(&self) -> &str {
        self.required(TYPE)
    }

    /// What in its source it happened to.
    pub fn subject(&self) -> Option<&str> {
        self.attribute(SUBJECT)
    }

    /// When it happened.
    pub fn time(&self) -> Option<SystemTime> {
        self.attribute(TIME).and_then(time::read)
    }

    /// The media type of its data.
    pub fn data_content_type(&self) -> Option<&str> {
        self.attribute(DATA_CONTENT_TYPE)
    }

    /// An attribute by its name, extensions included; numbers and truth values as text.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| &**value)
    }

    /// All attributes, in the order they came in.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.attributes.iter();
        all.map(|(name, value)| (&**name, &**value))
    }

    /// What it is about.
    pub fn data(&self) -> &EventData<'e> {
        &self.data
    }

    pub(crate) fn into_data(self) -> EventData<'e> {
        self.data
    }

    pub(crate) fn take_name(self) -> Option<Cow<'e, str>> {
        let mut all = self.attributes.into_iter();
        let found = all.find(|(attribute, _)| attribute == TYPE);
        found.map(|(_, name)| name)
    }
}
