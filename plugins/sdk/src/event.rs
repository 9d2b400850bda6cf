//! The raw event.

use std::fmt;
use std::time::{Duration, SystemTime};

use trunkline_plugin_abi as abi;

/// An event as it came, lent for as long as its handler works.
#[derive(Clone, Copy)]
pub struct Event<'a>(&'a abi::Event);

// SAFETY: an event is not changed while it is lent, which is for as long as this lives: so an
// asynchronous handler may keep it over whatever it waits for.
unsafe impl Send for Event<'_> {}
// SAFETY: as above.
unsafe impl Sync for Event<'_> {}

/// A header's value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A list or a table, as JSON.
    Json(&'a str),
}

/// Walks an event's headers.
#[derive(Debug, Clone)]
pub struct Headers<'a>(std::slice::Iter<'a, abi::Header>);

// SAFETY: as for the event.
unsafe impl Send for Headers<'_> {}
// SAFETY: as for the event.
unsafe impl Sync for Headers<'_> {}

impl<'a> Event<'a> {
    /// Views an event.
    ///
    /// # Safety
    /// It is as the interface says, for as long as `'a` lasts.
    pub(crate) unsafe fn new(event: &'a abi::Event) -> Self {
        Self(event)
    }

    fn text(self, bytes: abi::Bytes) -> &'a str {
        // SAFETY: what an event points to lives as long as the event, as `new` was promised.
        unsafe { bytes.to_text() }
    }

    /// Its name; `None` if it has none.
    pub fn name(self) -> Option<&'a str> {
        Some(self.text(self.0.name)).filter(|name| !name.is_empty())
    }

    /// Its id, the same over retries; `None` if it has none.
    pub fn id(self) -> Option<&'a str> {
        Some(self.text(self.0.id)).filter(|id| !id.is_empty())
    }

    /// The key it was routed by.
    pub fn routing_key(self) -> &'a str {
        self.text(self.0.routing_key)
    }

    /// The media type of the body; `None` if not known.
    pub fn content_type(self) -> Option<&'a str> {
        Some(self.text(self.0.content_type)).filter(|text| !text.is_empty())
    }

    /// The body as it came, in whatever way its dialect writes it. What the event says is
    /// [`Context::content`](crate::Context::content).
    pub fn body(self) -> &'a [u8] {
        // SAFETY: as for `text`.
        unsafe { self.0.body.get() }
    }

    /// The headers.
    pub fn headers(self) -> Headers<'a> {
        // SAFETY: as for `text`.
        Headers(unsafe { self.0.header_slice() }.iter())
    }

    /// The value of a header.
    pub fn header(self, name: &str) -> Option<HeaderValue<'a>> {
        let mut headers = self.headers();
        headers
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// When it happened; `None` if not known.
    pub fn time(self) -> Option<SystemTime> {
        let since = u64::try_from(self.0.time_unix_ns)
            .ok()
            .filter(|since| *since > 0)?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(since))
    }

    /// When its handler must be done; `None` for no limit.
    pub fn deadline(self) -> Option<SystemTime> {
        let since = u64::try_from(self.0.deadline_unix_ns)
            .ok()
            .filter(|since| *since > 0)?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(since))
    }

    /// The how-manieth attempt this is, from 1.
    pub fn attempt(self) -> u32 {
        self.0.attempt
    }

    /// Whether it is the kept last value of its key rather than a new event.
    pub fn is_retained(self) -> bool {
        self.0.flags & abi::EVENT_RETAINED != 0
    }
}

impl fmt::Debug for Event<'_> {
    /// Shows everything but the body, which may hold what belongs in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("name", &self.name())
            .field("id", &self.id())
            .field("routing_key", &self.routing_key())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a str, HeaderValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let header = self.0.next()?;
        // SAFETY: what a header points to lives as long as its event, whose headers these are.
        let (name, bytes, text) = unsafe {
            (
                header.name.to_text(),
                header.value.get(),
                header.value.to_text(),
            )
        };
        let value = match header.kind {
            abi::HEADER_NULL => HeaderValue::Null,
            abi::HEADER_BOOL => HeaderValue::Bool(text == "true"),
            abi::HEADER_INT => text
                .parse()
                .map_or(HeaderValue::Text(text), HeaderValue::Int),
            abi::HEADER_FLOAT => text
                .parse()
                .map_or(HeaderValue::Text(text), HeaderValue::Float),
            abi::HEADER_TEXT => HeaderValue::Text(text),
            abi::HEADER_JSON => HeaderValue::Json(text),
            _ => HeaderValue::Bytes(bytes),
        };
        Some((name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Headers<'_> {}

impl<'a> HeaderValue<'a> {
    /// The text, if this is text.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as JSON; bytes have none.
    pub fn to_json(self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => value.into(),
            Self::Text(value) => value.into(),
            Self::Json(text) => serde_json::from_str(text).ok()?,
            Self::Bytes(_) => return None,
        })
    }
}
