//! What is known of an event beside key, headers and body.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::EventId;

/// Id, times and the other things about an event that every broker has a place for.
///
/// Rarely used properties share one allocation, made when the first of them is set, so that an
/// envelope stays small.
#[derive(Clone, PartialEq)]
pub struct Properties {
    id: Option<EventId>,
    timestamp: Option<SystemTime>,
    content_type: Label,
    content_encoding: Label,
    persistent: bool,
    priority: Option<u8>,
    rare: Option<Box<Rare>>,
}

#[derive(Clone, PartialEq, Default)]
struct Rare {
    content_type: Option<Box<str>>,
    content_encoding: Option<Box<str>>,
    correlation_id: Option<Box<str>>,
    causation_id: Option<Box<str>>,
    reply_to: Option<Box<str>>,
    kind: Option<Box<str>>,
    app_id: Option<Box<str>>,
    expiration: Option<Duration>,
}

/// A label that is nearly always one of a few, in a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Absent,
    Json,
    Utf8,
    Octets,
    /// Any other text, kept among the rare properties.
    Other,
}

impl Label {
    fn of(text: Option<&str>) -> Self {
        match text {
            None => Self::Absent,
            Some("application/json") => Self::Json,
            Some("utf-8") => Self::Utf8,
            Some("application/octet-stream") => Self::Octets,
            Some(_) => Self::Other,
        }
    }

    fn known(self) -> Option<&'static str> {
        match self {
            Self::Absent | Self::Other => None,
            Self::Json => Some("application/json"),
            Self::Utf8 => Some("utf-8"),
            Self::Octets => Some("application/octet-stream"),
        }
    }
}

/// Reads and writes one of the rare texts.
macro_rules! rare_text {
    ($($(#[$doc:meta])* $get:ident, $set:ident;)*) => {$(
        $(#[$doc])*
        pub fn $get(&self) -> Option<&str> {
            self.rare.as_ref()?.$get.as_deref()
        }

        #[doc = concat!("Sets or clears what [`", stringify!($get), "`](Self::", stringify!($get), ") gives.")]
        pub fn $set(&mut self, value: Option<&str>) {
            if value.is_some() || self.rare.is_some() {
                self.rare_mut().$get = value.map(Into::into);
            }
        }
    )*};
}

impl Properties {
    /// Nothing known: no id, no time, persistent.
    pub fn new() -> Self {
        Self {
            id: None,
            timestamp: None,
            content_type: Label::Absent,
            content_encoding: Label::Absent,
            persistent: true,
            priority: None,
            rare: None,
        }
    }

    /// A new id and the present time; persistent.
    pub fn fresh() -> Self {
        let now = SystemTime::now();
        Self {
            id: Some(EventId::generate_at(now)),
            timestamp: Some(now),
            ..Self::new()
        }
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The event's id.
    pub fn id(&self) -> Option<&EventId> {
        self.id.as_ref()
    }

    /// Sets or clears the event's id.
    pub fn set_id(&mut self, id: Option<EventId>) {
        self.id = id;
    }

    /// When the event happened, by the publisher's clock.
    pub fn timestamp(&self) -> Option<SystemTime> {
        self.timestamp
    }

    /// Sets or clears when the event happened.
    pub fn set_timestamp(&mut self, timestamp: Option<SystemTime>) {
        self.timestamp = timestamp;
    }

    /// The media type of the body.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type
            .known()
            .or_else(|| self.rare.as_ref()?.content_type.as_deref())
    }

    /// Sets or clears the media type of the body.
    pub fn set_content_type(&mut self, text: Option<&str>) {
        self.content_type = Label::of(text);
        if self.content_type == Label::Other {
            self.rare_mut().content_type = text.map(Into::into);
        } else if let Some(rare) = &mut self.rare {
            rare.content_type = None;
        }
    }

    /// The encoding of the body, such as `utf-8` or `gzip`; a transport never decodes it.
    pub fn content_encoding(&self) -> Option<&str> {
        self.content_encoding
            .known()
            .or_else(|| self.rare.as_ref()?.content_encoding.as_deref())
    }

    /// Sets or clears the encoding of the body.
    pub fn set_content_encoding(&mut self, text: Option<&str>) {
        self.content_encoding = Label::of(text);
        if self.content_encoding == Label::Other {
            self.rare_mut().content_encoding = text.map(Into::into);
        } else if let Some(rare) = &mut self.rare {
            rare.content_encoding = None;
        }
    }

    /// Whether a durable queue keeps the event over a restart of the broker. Default true.
    pub fn persistent(&self) -> bool {
        self.persistent
    }

    /// Sets whether a durable queue keeps the event over a restart of the broker.
    pub fn set_persistent(&mut self, persistent: bool) {
        self.persistent = persistent;
    }

    /// The priority, for brokers that have priorities; higher goes first.
    pub fn priority(&self) -> Option<u8> {
        self.priority
    }

    /// Sets or clears the priority.
    pub fn set_priority(&mut self, priority: Option<u8>) {
        self.priority = priority;
    }

    /// How long the event may wait to be delivered; `None` waits for ever.
    pub fn expiration(&self) -> Option<Duration> {
        self.rare.as_ref()?.expiration
    }

    /// Sets or clears how long the event may wait.
    pub fn set_expiration(&mut self, expiration: Option<Duration>) {
        if expiration.is_some() || self.rare.is_some() {
            self.rare_mut().expiration = expiration;
        }
    }

    rare_text! {
        /// The conversation the event belongs to.
        correlation_id, set_correlation_id;
        /// The id of the event that led to this one.
        causation_id, set_causation_id;
        /// The routing key an answer is wanted at.
        reply_to, set_reply_to;
        /// The publisher's own word for the kind of message (AMQP `type`).
        kind, set_kind;
        /// The program that published the event (AMQP `app-id`).
        app_id, set_app_id;
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let rare = self.rare.as_deref().map_or(0, |rare| {
            let texts = [
                &rare.content_type,
                &rare.content_encoding,
                &rare.correlation_id,
                &rare.causation_id,
                &rare.reply_to,
                &rare.kind,
                &rare.app_id,
            ];
            size_of::<Rare>()
                + texts
                    .iter()
                    .filter_map(|t| t.as_deref())
                    .map(str::len)
                    .sum::<usize>()
        });
        rare + self.id.as_ref().map_or(0, EventId::heap_bytes)
    }
}

impl Default for Properties {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Properties");
        if let Some(id) = &self.id {
            out.field("id", &format_args!("{id}"));
        }
        let texts = [
            ("content_type", self.content_type()),
            ("content_encoding", self.content_encoding()),
            ("correlation_id", self.correlation_id()),
            ("causation_id", self.causation_id()),
            ("reply_to", self.reply_to()),
            ("kind", self.kind()),
            ("app_id", self.app_id()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                out.field(name, &text);
            }
        }
        if let Some(expiration) = self.expiration() {
            out.field("expiration", &expiration);
        }
        out.field("persistent", &self.persistent)
            .finish_non_exhaustive()
    }
}
