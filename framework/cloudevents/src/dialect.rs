//! The dialect itself.

use std::borrow::Cow;

use fluent_uri::UriRef;
use trunkline_core::{
    Audience, Binding, DecodeError, Dialect, EncodeError, Envelope, EventView, HeaderCondition,
    HeaderTest,
};

use crate::attributes::TYPE;
use crate::error::CloudEventsError;
use crate::event::{CloudEvent, EventData};
use crate::{DIALECT, audience, read, write};

/// Writes and reads events as CloudEvents 1.0; see [the crate](crate) for how.
///
/// # Examples
/// ```
/// use trunkline_cloudevents::{CloudEvents, Mode, Prefix};
/// use trunkline_core::{Dialect, DynamicEvent, EventView, PublishExtras};
///
/// let event = DynamicEvent::tenant("com.example.door.opened", "doors.{door}.opened", "acme")?
///     .with_content(&serde_json::json!({"door": "front"}))?;
/// let extras = PublishExtras::default();
/// let event = EventView::new(&event, &extras);
///
/// let dialect = CloudEvents::new("/pbx/doors")?;
/// let envelope = dialect.encode(&event)?;
/// assert_eq!(envelope.headers().text("cloudEvents_type"), Some("com.example.door.opened"));
/// assert_eq!(envelope.headers().text("cloudEvents_tenant"), Some("acme"));
/// assert_eq!(envelope.body().as_ref(), br#"{"door":"front"}"#);
///
/// let envelope = dialect.clone().with_prefix(Prefix::Bare).encode(&event)?;
/// assert_eq!(envelope.headers().text("type"), Some("com.example.door.opened"));
///
/// let envelope = dialect.clone().with_mode(Mode::Structured).encode(&event)?;
/// assert_eq!(envelope.properties().content_type(), Some("application/cloudevents+json"));
/// assert_eq!(dialect.read(&envelope)?.source(), "/pbx/doors");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CloudEvents {
    source: Box<str>,
    mode: Mode,
    prefix: Prefix,
    is_binary_wanted: bool,
}

/// Where an event's attributes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// In headers; the body is the data. Brokers and readers need not open the body.
    #[default]
    Binary,
    /// In the body, with the data, as JSON. Nothing is lost where headers are.
    Structured,
}

/// What stands before the name of an attribute in the name of its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Prefix {
    /// `cloudEvents_`: AMQP.
    #[default]
    Underscore,
    /// `cloudEvents:`: AMQP, for receivers that do not know the other.
    Colon,
    /// `ce-`: AMQP 0-9-1, as Knative's RabbitMQ binding has it.
    RabbitMq,
    /// None: MQTT 5.
    Bare,
}

impl Prefix {
    /// All of them; the one without any is last, as every name begins with nothing.
    pub(crate) const ALL: [Self; 4] = [Self::Underscore, Self::Colon, Self::RabbitMq, Self::Bare];

    /// The text before the attribute's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Underscore => "cloudEvents_",
            Self::Colon => "cloudEvents:",
            Self::RabbitMq => "ce-",
            Self::Bare => "",
        }
    }
}

impl CloudEvents {
    /// Speaks for the source of events, a URI reference such as `https://example.com/calld` or
    /// `/calld`. With an event's id it is unique.
    ///
    /// # Errors
    /// [`CloudEventsError::Source`] when it is empty or no URI reference (RFC 3986 §4.1).
    pub fn new(source: impl Into<Box<str>>) -> Result<Self, CloudEventsError> {
        let source = source.into();
        if source.is_empty() || UriRef::parse(&*source).is_err() {
            let found = source.into_string();
            return Err(CloudEventsError::Source { found });
        }
        Ok(Self {
            source,
            mode: Mode::default(),
            prefix: Prefix::default(),
            is_binary_wanted: false,
        })
    }

    /// Sets where attributes are written. Default [`Mode::Binary`].
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets what their headers are called in binary mode. Default [`Prefix::Underscore`], for AMQP;
    /// MQTT wants [`Prefix::Bare`].
    pub fn with_prefix(mut self, prefix: Prefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// Asks the broker for events in binary mode alone, by their `type`.
    ///
    /// Unless told so, handlers of a name ask for everything that comes: the type of an event in
    /// structured mode is in its body, where no broker looks. On a busy exchange that is a lot to
    /// pass over; where no publisher uses structured mode, this spares it.
    pub fn with_binary_alone(mut self) -> Self {
        self.is_binary_wanted = true;
        self
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Reads the event an envelope carries, whoever wrote it, in either mode, with any prefix.
    ///
    /// # Errors
    /// [`DecodeError`] when it is no event of version 1.0, or one that contradicts itself; the
    /// [`CloudEventsError`] is its source. Each is counted in
    /// `trunkline_unreadable_total` with its reason.
    pub fn read<'e>(&self, envelope: &'e Envelope) -> Result<CloudEvent<'e>, DecodeError> {
        read::read(envelope).map_err(counted)
    }
}

fn counted(error: DecodeError) -> DecodeError {
    error.counted(DIALECT)
}

impl Dialect for CloudEvents {
    fn name(&self) -> &'static str {
        DIALECT
    }

    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        write::write(self, event)
    }

    /// The `type`: a header's in binary mode, else the body's. What is no CloudEvent has none.
    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        match read::name_in_headers(envelope) {
            Some(name) => Some(Cow::Borrowed(name)),
            // Nobody may ask further after an event without a name: what is wrong is counted here.
            None => self.read(envelope).ok()?.take_name(),
        }
    }

    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        let read = read::read(envelope).and_then(|event| audience::read(&event));
        read.map_err(counted)
    }

    /// The data, if it is JSON; `null` for none.
    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        let event = self.read(envelope)?;
        let content_type = event.data_content_type().map(str::to_owned);
        match event.into_data() {
            EventData::None => Ok(Cow::Borrowed("null")),
            EventData::Json(json) => Ok(json),
            EventData::Bytes(_) => {
                let content_type = content_type.unwrap_or_default();
                Err(counted(CloudEventsError::NotJson { content_type }.into()))
            }
        }
    }

    fn binding_for(&self, event_name: &str) -> Binding {
        if !self.is_binary_wanted {
            return Binding::everything();
        }
        let headers = Prefix::ALL.map(|prefix| [prefix.as_str(), TYPE].concat());
        let tests = headers.map(|header| HeaderTest::equals(header, event_name));
        HeaderCondition::any(tests).map_or_else(|_| Binding::everything(), Binding::from)
    }
}
