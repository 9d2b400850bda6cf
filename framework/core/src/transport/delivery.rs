//! One envelope handed over once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Nack, Rejection, SettleFuture, Settlement, Settler, Ticket};
use crate::envelope::Envelope;

/// One envelope handed over once, to be settled once.
///
/// Settling takes the delivery by value, so it cannot be done twice:
/// ```compile_fail
/// # async fn twice(delivery: trunkline_core::Delivery) {
/// delivery.ack().await;
/// delivery.ack().await;
/// # }
/// ```
/// A delivery dropped unsettled goes back to be redelivered, with a warning in the log.
#[must_use = "an unsettled delivery comes back"]
pub struct Delivery {
    /// Gone once the delivery is settled or taken apart, which consumes it.
    held: Option<(Envelope, Claim)>,
    attempt: u32,
    retained: bool,
}

/// The right, and the duty, to settle a delivery.
pub(crate) struct Claim {
    ticket: Ticket,
    settler: Arc<dyn Settler>,
}

impl Claim {
    /// Settles in any of the ways there are.
    pub(crate) fn settle(self, settlement: Settlement) -> SettleFuture {
        self.settler.settle(self.ticket, settlement)
    }

    /// Returns the delivery. `seen` is false when no handler had it, so that it costs no attempt.
    pub(crate) fn hand_back(self, seen: bool) {
        self.settler.hand_back(self.ticket, seen);
    }
}

impl Delivery {
    /// Hands an envelope over; for transports.
    pub fn new(
        envelope: Envelope,
        attempt: u32,
        ticket: Ticket,
        settler: Arc<dyn Settler>,
    ) -> Self {
        Self {
            held: Some((envelope, Claim { ticket, settler })),
            attempt,
            retained: false,
        }
    }

    /// Marks the envelope as the kept last value of its key; for transports.
    pub fn with_retained(mut self, retained: bool) -> Self {
        self.retained = retained;
        self
    }

    /// What is delivered.
    pub fn envelope(&self) -> &Envelope {
        let (envelope, _) = self
            .held
            .as_ref()
            .expect("what ends a delivery consumes it");
        envelope
    }

    /// Takes envelope and claim apart; `None` for none that anybody can have in hand.
    pub(crate) fn take_apart(mut self) -> Option<(Envelope, Claim)> {
        self.held.take()
    }

    /// The how-manieth attempt this is, from 1, as well as the transport
    /// [counts](super::Capabilities::attempt_count).
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether an earlier attempt was begun.
    pub fn is_redelivered(&self) -> bool {
        self.attempt > 1
    }

    /// Whether this is the kept last value of its key rather than a new event.
    pub fn is_retained(&self) -> bool {
        self.retained
    }

    /// Settles in any of the ways there are.
    pub fn settle(mut self, settlement: Settlement) -> SettleFuture {
        match self.held.take() {
            Some((_, claim)) => claim.settle(settlement),
            None => SettleFuture::ready(Ok(())),
        }
    }

    /// Done: the delivery does not come back.
    pub fn ack(self) -> SettleFuture {
        self.settle(Settlement::Ack)
    }

    /// Done, returning when the ack cannot be lost any more.
    ///
    /// Refused where [`ack_sure`](super::Capabilities::ack_sure) is not claimed.
    pub fn ack_sure(self) -> SettleFuture {
        self.settle(Settlement::AckSure)
    }

    /// Asks for another attempt, after a wait.
    pub fn nack(self, after: Duration) -> SettleFuture {
        self.nack_with(Nack::after(after))
    }

    /// Asks for another attempt, saying more about it.
    pub fn nack_with(self, nack: Nack) -> SettleFuture {
        self.settle(Settlement::Nack(Box::new(nack)))
    }

    /// Never again: the delivery becomes a dead letter.
    pub fn reject(self, rejection: Rejection) -> SettleFuture {
        self.settle(Settlement::Reject(Box::new(rejection)))
    }

    /// Returns a delivery no handler has seen; it costs no attempt.
    pub fn hand_back(self) {
        self.return_to_broker(false);
    }

    /// Returns a delivery whose handler was cut short; the attempt counts.
    pub fn give_up(self) {
        self.return_to_broker(true);
    }

    fn return_to_broker(mut self, seen: bool) {
        if let Some((_, claim)) = self.held.take() {
            claim.hand_back(seen);
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some((envelope, claim)) = self.held.take() {
            tracing::warn!(
                routing_key = envelope.routing_key().as_str(),
                "a delivery was dropped unsettled and goes back; ack, nack or reject it"
            );
            claim.hand_back(true);
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("envelope", self.envelope())
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
