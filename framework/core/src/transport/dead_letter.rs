//! Where rejected and exhausted deliveries go.

use std::fmt;
use std::time::SystemTime;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::TransportError;
use crate::envelope::Envelope;

/// Why a delivery became a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeadReason {
    /// A handler said: never again.
    Rejected,
    /// The last attempt failed too.
    AttemptsExhausted,
    /// The envelope could not be read.
    Undecodable,
    /// It waited longer than it might.
    Expired,
    /// The broker gave up, by a limit of its own.
    DeliveryLimit,
}

impl DeadReason {
    /// The reason's word, as headers, logs and the program print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::AttemptsExhausted => "attempts_exhausted",
            Self::Undecodable => "undecodable",
            Self::Expired => "expired",
            Self::DeliveryLimit => "delivery_limit",
        }
    }
}

impl fmt::Display for DeadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A delivery that ended in failure, with its story.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The transport's id of this dead letter, to replay or purge it by.
    pub id: String,
    /// The event as it was published: key, headers, id and body unchanged.
    pub envelope: Envelope,
    /// The kind of end.
    pub reason: DeadReason,
    /// The last error, as text.
    pub error: String,
    /// Attempts made.
    pub attempts: u32,
    /// The group it died in.
    pub source: String,
    /// The handlers that did not get it done; a replay goes to these alone. Empty is all.
    pub handlers: Vec<String>,
    /// When it was first delivered.
    pub first_attempt_at: SystemTime,
    /// When it died.
    pub died_at: SystemTime,
}

impl DeadLetter {
    /// Begins the story of a delivery that died now, at its first attempt.
    pub fn new(
        id: impl Into<String>,
        envelope: Envelope,
        reason: DeadReason,
        source: impl Into<String>,
    ) -> Self {
        let now = SystemTime::now();
        Self {
            id: id.into(),
            envelope,
            reason,
            error: String::new(),
            attempts: 1,
            source: source.into(),
            handlers: Vec::new(),
            first_attempt_at: now,
            died_at: now,
        }
    }
}

/// The dead letters of one group.
#[async_trait]
pub trait DeadLetters: fmt::Debug + Send + Sync {
    /// Reads up to `limit` dead letters after the one with this id, oldest first.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be asked.
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError>;

    /// Gives a dead letter back to its group as a first attempt, then removes it; false if there
    /// is none of that id.
    ///
    /// # Errors
    /// [`TransportError`]; the dead letter then stays.
    async fn replay(&self, id: &str) -> Result<bool, TransportError>;

    /// Removes a dead letter for good; false if there is none of that id.
    ///
    /// # Errors
    /// [`TransportError`]; the dead letter then stays.
    async fn purge(&self, id: &str) -> Result<bool, TransportError>;
}
