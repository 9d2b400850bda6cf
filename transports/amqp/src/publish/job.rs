//! What a publisher asks the writer for.

use std::sync::Arc;

use lapin::BasicProperties;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;
use trunkline_core::{Envelope, Routing, TransportError};

use super::Target;
use super::writing::Writing;

/// What the writer is told.
pub(super) enum Order {
    /// Write this. Boxed, as it is handed on more than once.
    Publish(Box<Job>),
    /// This is written: hear what comes of it, and tell its publisher if nothing has until then.
    Hear(Writing, Instant),
    /// The transport closes: what waits is told so at once.
    Close,
}

/// One event on its way.
pub(super) struct Job {
    pub(super) target: Arc<Target>,
    pub(super) properties: BasicProperties,
    pub(super) envelope: Envelope,
    /// When the publisher is told that there was no confirm.
    pub(super) deadline: Instant,
    /// Gone once it is answered.
    pub(super) reply: Option<oneshot::Sender<Answer>>,
    /// Its place in the window.
    pub(super) _place: OwnedSemaphorePermit,
}

pub(super) type Answer = Result<Routing, Fail>;

/// Why an event has no confirm.
pub(super) enum Fail {
    /// The link or the channel went; the broker may have it.
    Lost,
    /// There was none in time.
    Late,
    /// The transport closes.
    Closed,
    /// The broker, or this channel of its, did not take it.
    Nacked,
    /// The broker will not have it.
    Refused(TransportError),
}

impl Job {
    /// Answers the publisher, the first time.
    pub(super) fn answer(&mut self, answer: Answer) {
        if let Some(reply) = self.reply.take() {
            // A publisher that has given up does not hear it.
            let _ = reply.send(answer);
        }
    }

    /// Whether nobody waits for an answer any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.reply.as_ref().is_none_or(oneshot::Sender::is_closed)
    }
}
