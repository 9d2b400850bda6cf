//! A live supply of deliveries.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::task::coop::cooperative;

use super::{Delivery, TransportError};
use crate::matching::Binding;

/// What comes out of a subscription.
#[derive(Debug)]
#[non_exhaustive]
pub enum Incoming {
    /// An envelope to handle and settle.
    Delivery(Delivery),
    /// Events may have been missed here.
    Gap(Gap),
}

/// Word that events may have been missed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// When the supply stopped, if known.
    pub since: Option<SystemTime>,
    /// How many events were missed, if known.
    pub missed: Option<u64>,
    /// Why: `link lost`, `unread limit reached`.
    pub reason: &'static str,
}

impl Gap {
    /// A gap of unknown length.
    pub fn new(reason: &'static str) -> Self {
        Self {
            since: None,
            missed: None,
            reason,
        }
    }

    /// Says how many events were missed.
    pub fn with_missed(mut self, missed: u64) -> Self {
        self.missed = Some(missed);
        self
    }

    /// Says when the supply stopped.
    pub fn with_since(mut self, since: SystemTime) -> Self {
        self.since = Some(since);
        self
    }
}

/// Where a subscription's deliveries come from; implemented by transports.
pub trait Source: Send + 'static {
    /// Moves up to `max` items to the end of `out`: `Ok(true)` if some came, `Ok(false)` when
    /// there will be no more.
    ///
    /// # Errors
    /// Why the supply ended, if not because someone asked.
    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut VecDeque<Incoming>,
        max: usize,
    ) -> Poll<Result<bool, TransportError>>;
}

/// Changes a running subscription; implemented by transports.
#[async_trait]
pub trait SubscriptionControl: Send + Sync + 'static {
    /// Adds a binding; returns when the broker has it.
    ///
    /// # Errors
    /// [`TransportError`] when the broker refuses it or is not there.
    async fn bind(&self, binding: Binding) -> Result<(), TransportError>;

    /// Removes a binding equal to this one; false if there was none.
    ///
    /// # Errors
    /// [`TransportError`] when the broker refuses it or is not there.
    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError>;

    /// Ends the supply: nothing is delivered once this returns, and what was not yet handed out
    /// goes back. Deliveries in hand may still be settled.
    ///
    /// # Errors
    /// The trouble met; the supply has ended all the same.
    async fn close(&self) -> Result<(), TransportError>;
}

/// How many deliveries are taken from a source at a time: one lock and one wake for all of them.
const BATCH: usize = 64;

/// A live supply of deliveries.
///
/// Dropping it ends the subscription: what it had not handed out goes back, at no attempt's cost.
///
/// # Examples
/// ```no_run
/// # async fn consume(mut subscription: trunkline_core::Subscription) {
/// while let Some(delivery) = subscription.recv().await {
///     println!("{}", delivery.envelope().routing_key());
///     if let Err(trouble) = delivery.ack().await {
///         eprintln!("{trouble}");
///     }
/// }
/// # }
/// ```
pub struct Subscription {
    source: Box<dyn Source>,
    control: Arc<dyn SubscriptionControl>,
    buffer: VecDeque<Incoming>,
    end: Option<Result<(), TransportError>>,
}

impl Subscription {
    /// Makes a subscription; for transports.
    pub fn new(source: impl Source, control: Arc<dyn SubscriptionControl>) -> Self {
        Self {
            source: Box::new(source),
            control,
            buffer: VecDeque::new(),
            end: None,
        }
    }

    /// Waits for the next delivery; `None` when there will be no more. Gaps are logged.
    ///
    /// Cancel safe: dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<Delivery> {
        loop {
            match self.next().await? {
                Incoming::Delivery(delivery) => return Some(delivery),
                Incoming::Gap(gap) => {
                    tracing::warn!(
                        reason = gap.reason,
                        missed = gap.missed,
                        "events were missed"
                    );
                }
            }
        }
    }

    /// Waits for the next delivery or gap; `None` when there will be no more.
    ///
    /// Cancel safe: dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Incoming> {
        // A supply that is never empty must not keep the other tasks from running.
        cooperative(poll_fn(|cx| self.poll_next(cx))).await
    }

    /// Polls for the next delivery or gap.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Incoming>> {
        loop {
            if let Some(incoming) = self.buffer.pop_front() {
                return Poll::Ready(Some(incoming));
            }
            if self.end.is_some() {
                return Poll::Ready(None);
            }
            match ready!(self.source.poll_fill(cx, &mut self.buffer, BATCH)) {
                Ok(true) => {}
                Ok(false) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    /// Why there is no more: `None` while there may be, `Ok` when someone ended it.
    pub fn end(&self) -> Option<Result<(), &TransportError>> {
        self.end.as_ref().map(|end| end.as_ref().copied())
    }

    /// What changes or ends this subscription from elsewhere.
    pub fn control(&self) -> Arc<dyn SubscriptionControl> {
        Arc::clone(&self.control)
    }

    /// Ends the subscription and hands back what it still held; says how many that were.
    ///
    /// # Errors
    /// The trouble met, or what had ended the subscription before; it has ended all the same.
    pub async fn close(mut self) -> Result<usize, TransportError> {
        // Before the broker is told: what we return first keeps its place ahead of newer events.
        let returned = self.hand_back();
        if let Some(end) = self.end.take() {
            return end.map(|()| returned);
        }
        let control = self.control();
        control.close().await.map(|()| returned)
    }

    fn hand_back(&mut self) -> usize {
        let mut returned = 0;
        // Last first, so that each goes in front of the one before and the order stays.
        for incoming in self.buffer.drain(..).rev() {
            if let Incoming::Delivery(delivery) = incoming {
                delivery.hand_back();
                returned += 1;
            }
        }
        returned
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hand_back();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("buffered", &self.buffer.len())
            .field("ended", &self.end.is_some())
            .finish_non_exhaustive()
    }
}
