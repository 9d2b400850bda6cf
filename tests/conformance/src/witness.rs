//! A client of another make, so that writing and reading cannot agree on the same mistake.

use async_trait::async_trait;
use bytes::Bytes;
use trunkline_core::Headers;

/// An event as another program sees it on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The routing key, in our dotted form.
    pub key: String,
    /// The headers a program without our code can read.
    pub headers: Headers,
    /// The media type, if the event has one.
    pub content_type: Option<String>,
    /// The event id, if the event has one.
    pub id: Option<String>,
    /// The bytes.
    pub body: Bytes,
}

impl Foreign {
    /// An event with nothing but a key and bytes.
    pub fn new(key: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            key: key.into(),
            headers: Headers::new(),
            content_type: None,
            id: None,
            body: body.into(),
        }
    }
}

/// A client of the broker that shares no code with the transport: a raw protocol library, another
/// language.
#[async_trait]
pub trait Witness: Send + Sync {
    /// Publishes in the witness's own manner; returns when the broker has the event.
    async fn publish(&self, event: Foreign);

    /// Reads events of exactly this key from now on; returns when the broker has the subscription.
    async fn listen(&self, key: &str) -> Box<dyn WitnessInbox>;
}

/// What a witness reads.
#[async_trait]
pub trait WitnessInbox: Send {
    /// Waits for the next event.
    async fn next(&mut self) -> Foreign;
}
