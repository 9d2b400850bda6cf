//! Dead letters, kept for each group.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use async_trait::async_trait;
use trunkline_core::{
    DeadLetter, DeadLetters, Envelope, HANDLERS_HEADER, Rejection, TransportError,
};

use crate::NAME;
use crate::broker::Shared;
use crate::link::Link;
use crate::sync::Mutex;

/// The dead letters of one group.
pub(crate) struct DeadLetterStore {
    limit: usize,
    state: Mutex<Letters>,
}

#[derive(Default)]
struct Letters {
    kept: VecDeque<DeadLetter>,
    next: u64,
}

impl DeadLetterStore {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            state: Mutex::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.state.lock().kept.len()
    }

    pub(crate) fn bury(
        &self,
        mut envelope: Envelope,
        rejection: Rejection,
        attempts: u32,
        first_attempt_at: Option<SystemTime>,
        source: &str,
    ) {
        // Ours for the way; the letter tells it in a field of its own.
        if envelope.headers().contains(HANDLERS_HEADER) {
            envelope.headers_mut().remove(HANDLERS_HEADER);
        }
        let mut state = self.state.lock();
        state.next += 1;
        let mut letter =
            DeadLetter::new(state.next.to_string(), envelope, rejection.reason, source);
        letter.error = rejection.error;
        letter.attempts = attempts;
        letter.handlers = rejection.handlers;
        letter.first_attempt_at = first_attempt_at.unwrap_or(letter.died_at);
        if state.kept.len() >= self.limit {
            state.kept.pop_front();
            tracing::warn!(
                source,
                limit = self.limit,
                "the oldest dead letter had to go"
            );
        }
        state.kept.push_back(letter);
    }

    fn take(&self, id: &str) -> Option<DeadLetter> {
        let mut state = self.state.lock();
        let at = state.kept.iter().position(|letter| letter.id == id)?;
        state.kept.remove(at)
    }

    fn get(&self, id: &str) -> Option<DeadLetter> {
        self.state
            .lock()
            .kept
            .iter()
            .find(|letter| letter.id == id)
            .cloned()
    }
}

/// The dead letters of one group, as a client sees them.
pub(crate) struct GroupDeadLetters {
    pub(crate) group: String,
    pub(crate) store: Arc<DeadLetterStore>,
    pub(crate) broker: Weak<Shared>,
    pub(crate) link: Arc<Link>,
}

#[async_trait]
impl DeadLetters for GroupDeadLetters {
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError> {
        self.link.reached().await?;
        let state = self.store.state.lock();
        let number = |id: &str| id.parse::<u64>().unwrap_or(0);
        let after = after.map_or(0, number);
        let later = state
            .kept
            .iter()
            .filter(|letter| number(&letter.id) > after);
        Ok(later.take(limit).cloned().collect())
    }

    async fn replay(&self, id: &str) -> Result<bool, TransportError> {
        self.link.reached().await?;
        let Some(letter) = self.store.get(id) else {
            return Ok(false);
        };
        let broker = self
            .broker
            .upgrade()
            .ok_or(TransportError::Closed { transport: NAME })?;
        let mut envelope = letter.envelope;
        if !letter.handlers.is_empty() {
            let headers = envelope.headers_mut();
            headers
                .insert(HANDLERS_HEADER, letter.handlers.join(","))
                .map_err(|source| TransportError::Header {
                    transport: NAME,
                    source,
                })?;
        }
        let group = broker
            .group(&self.group)
            .ok_or_else(|| TransportError::Broker {
                transport: NAME,
                what: format!(
                    "there is no group `{}` to replay to; start its service",
                    self.group
                ),
                source: None,
            })?;
        // In the group first: a crash between the two doubles the event, it never loses it.
        group.replay(envelope);
        Ok(self.store.take(id).is_some())
    }

    async fn purge(&self, id: &str) -> Result<bool, TransportError> {
        self.link.reached().await?;
        Ok(self.store.take(id).is_some())
    }
}

impl fmt::Debug for GroupDeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters")
            .field("group", &self.group)
            .finish_non_exhaustive()
    }
}
