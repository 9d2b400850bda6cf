//! How a delivery ends.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::DeadReason;
use crate::error::BoxError;
use crate::headers::Headers;

/// A transport's own number for a delivery in flight.
pub type Ticket = u64;

/// The header that names the handlers a retry is for, separated by commas: the others are done
/// with the event already.
pub const HANDLERS_HEADER: &str = "x-trunkline-handlers";

/// How a delivery ends.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Settlement {
    /// Done.
    Ack,
    /// Done, and sure to stay so: returns when the ack cannot be lost any more.
    AckSure,
    /// Try again.
    Nack(Box<Nack>),
    /// Never again: to the dead letters.
    Reject(Box<Rejection>),
}

/// Asks for another attempt.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Nack {
    /// Wait at least this long. Zero is at once.
    pub after: Duration,
    /// Why, for the dead letter if it comes to that.
    pub error: Option<String>,
    /// Headers to set on the next attempt; ours, beginning with `x-trunkline-`.
    pub headers: Headers,
}

impl Nack {
    /// Asks for another attempt after a wait.
    pub fn after(after: Duration) -> Self {
        Self {
            after,
            ..Self::default()
        }
    }

    /// Says why.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    /// Sets headers of ours on the next attempt.
    #[must_use]
    pub fn with_headers(mut self, headers: Headers) -> Self {
        self.headers = headers;
        self
    }
}

/// Sends a delivery to the dead letters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejection {
    /// The kind of end.
    pub reason: DeadReason,
    /// The last error, as text.
    pub error: String,
    /// The handlers that did not get it done, as a service names them.
    pub handlers: Vec<String>,
}

impl Rejection {
    /// Rejects for a reason, with the error's text.
    pub fn new(reason: DeadReason, error: impl Into<String>) -> Self {
        Self {
            reason,
            error: error.into(),
            handlers: Vec::new(),
        }
    }

    /// Names the handlers that did not get it done.
    #[must_use]
    pub fn with_handlers(mut self, handlers: impl IntoIterator<Item = String>) -> Self {
        self.handlers = handlers.into_iter().collect();
        self
    }
}

/// Ends deliveries on behalf of a transport.
///
/// # Contract
/// - Settling twice, late, or after the link is gone is an answer, never a broken link.
/// - A retry with a delay, or a dead letter, is owned by the broker before the original is
///   settled: a crash between the two doubles the event, it never loses it.
pub trait Settler: fmt::Debug + Send + Sync {
    /// Ends a delivery.
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture;

    /// Returns a delivery that was not settled. `seen` is false when no handler had it, so that it
    /// costs no attempt.
    fn hand_back(&self, ticket: Ticket, seen: bool);
}

/// Why a delivery could not be settled. It comes back if the transport redelivers at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// The link that brought the delivery is gone, or it was settled before.
    #[error("{transport}: the delivery is no longer ours to settle; expect it again")]
    Stale {
        /// The transport.
        transport: &'static str,
    },
    /// The broker took neither the retry nor the dead letter; the original stays.
    #[error("{transport}: the broker refused {what}; the original stays unsettled")]
    Refused {
        /// The transport.
        transport: &'static str,
        /// `a retry` or `a dead letter`.
        what: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The transport does not offer this way of settling.
    #[error("{transport}: `{what}` is not offered; see its capabilities")]
    Unsupported {
        /// The transport.
        transport: &'static str,
        /// What was asked.
        what: &'static str,
    },
    /// The transport is closed.
    #[error("{transport}: closed")]
    Closed {
        /// The transport.
        transport: &'static str,
    },
}

/// Settles a delivery; ready at once where nothing need be waited for.
///
/// Dropping it may still settle.
#[must_use = "a settlement does nothing unless awaited"]
pub struct SettleFuture(Inner);

enum Inner {
    Ready(Option<Result<(), SettleError>>),
    Boxed(BoxFuture<'static, Result<(), SettleError>>),
}

impl SettleFuture {
    /// A settlement that needs no waiting.
    pub fn ready(result: Result<(), SettleError>) -> Self {
        Self(Inner::Ready(Some(result)))
    }

    /// A settlement that waits for the broker.
    pub fn boxed(
        settlement: impl Future<Output = Result<(), SettleError>> + Send + 'static,
    ) -> Self {
        Self(Inner::Boxed(Box::pin(settlement)))
    }
}

impl Future for SettleFuture {
    type Output = Result<(), SettleError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Inner::Ready(result) => Poll::Ready(result.take().unwrap_or(Ok(()))),
            Inner::Boxed(future) => future.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for SettleFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Ready(_) => "SettleFuture(ready)",
            Inner::Boxed(_) => "SettleFuture(waiting)",
        })
    }
}
