//! What a transport carries: bytes, routing key, typed headers and properties.

mod id;
mod properties;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

pub use id::EventId;
pub use properties::Properties;

use crate::headers::{HeaderError, Headers, IntoHeader};
use crate::keys::RoutingKey;

/// One event as it travels: free of tenants and users, the same for every broker.
///
/// Cloning copies a pointer: headers and body are shared. Changing a shared envelope copies the
/// headers once and never the body.
///
/// # Examples
/// ```
/// use trunkline_core::{Envelope, RoutingKey};
///
/// let envelope = Envelope::new(RoutingKey::new("calls.created")?, r#"{"call_id":"42"}"#)
///     .with_header("name", "call_created")?
///     .with_content_type("application/json");
/// assert_eq!(envelope.headers().text("name"), Some("call_created"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Envelope(Arc<Parts>);

#[derive(Clone, PartialEq)]
struct Parts {
    routing_key: RoutingKey,
    headers: Headers,
    properties: Properties,
    body: Bytes,
}

impl Envelope {
    /// Makes an envelope with a new event id, the present time and no headers.
    pub fn new(routing_key: RoutingKey, body: impl Into<Bytes>) -> Self {
        Self::from_parts(routing_key, Headers::new(), Properties::fresh(), body)
    }

    /// Makes an envelope from what a broker delivered or a dialect made.
    pub fn from_parts(
        routing_key: RoutingKey,
        headers: Headers,
        properties: Properties,
        body: impl Into<Bytes>,
    ) -> Self {
        Self(Arc::new(Parts {
            routing_key,
            headers,
            properties,
            body: body.into(),
        }))
    }

    fn parts_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }

    /// The key it is routed by.
    pub fn routing_key(&self) -> &RoutingKey {
        &self.0.routing_key
    }

    /// The typed headers.
    pub fn headers(&self) -> &Headers {
        &self.0.headers
    }

    /// Id, times and the other things about the event that are not its content.
    pub fn properties(&self) -> &Properties {
        &self.0.properties
    }

    /// The bytes; cloning them copies a pointer.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// The event's id, the same over retries, dead letters and replays; `None` if whoever
    /// published it gave none.
    pub fn id(&self) -> Option<&EventId> {
        self.0.properties.id()
    }

    /// Adds or replaces a header.
    ///
    /// # Errors
    /// [`HeaderError`] if the name or the value cannot be a header.
    pub fn with_header(mut self, name: &str, value: impl IntoHeader) -> Result<Self, HeaderError> {
        self.parts_mut().headers.insert(name, value)?;
        Ok(self)
    }

    /// Replaces all headers.
    pub fn with_headers(mut self, headers: Headers) -> Self {
        self.parts_mut().headers = headers;
        self
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut Headers {
        &mut self.parts_mut().headers
    }

    /// The properties, to be changed.
    pub fn properties_mut(&mut self) -> &mut Properties {
        &mut self.parts_mut().properties
    }

    /// Sets the routing key.
    pub fn with_routing_key(mut self, key: RoutingKey) -> Self {
        self.parts_mut().routing_key = key;
        self
    }

    /// Sets the body.
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.parts_mut().body = body.into();
        self
    }

    /// Sets the event's id.
    pub fn with_id(mut self, id: EventId) -> Self {
        self.parts_mut().properties.set_id(Some(id));
        self
    }

    /// Sets the content type, such as `application/json`.
    pub fn with_content_type(mut self, content_type: &str) -> Self {
        self.parts_mut()
            .properties
            .set_content_type(Some(content_type));
        self
    }

    /// Lets the event expire when it has waited this long, to the millisecond; `None` never.
    pub fn with_expiration(mut self, expiration: impl Into<Option<Duration>>) -> Self {
        self.parts_mut()
            .properties
            .set_expiration(expiration.into());
        self
    }

    /// Sets when the event happened.
    pub fn with_timestamp(mut self, timestamp: SystemTime) -> Self {
        self.parts_mut().properties.set_timestamp(Some(timestamp));
        self
    }

    /// Sets the id of the conversation the event belongs to.
    pub fn with_correlation_id(mut self, id: &str) -> Self {
        self.parts_mut().properties.set_correlation_id(Some(id));
        self
    }

    /// Heap bytes this envelope holds beside the body: what a queue of them costs.
    pub fn overhead(&self) -> usize {
        let counts = 2 * size_of::<usize>();
        counts
            + size_of::<Parts>()
            + self.0.routing_key.heap_bytes()
            + self.0.headers.byte_len()
            + self.0.properties.heap_bytes()
    }
}

impl fmt::Debug for Envelope {
    /// Shows everything but the body, which may hold what belongs in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("routing_key", &self.0.routing_key.as_str())
            .field("headers", &self.0.headers)
            .field("properties", &self.0.properties)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .finish()
    }
}
