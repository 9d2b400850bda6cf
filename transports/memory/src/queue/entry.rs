//! One event that waits or is in flight.

use std::cmp::Ordering;
use std::time::SystemTime;

use tokio::time::Instant;
use trunkline_core::Envelope;

use super::{ClientId, MemberId};

/// One event in a queue.
pub(crate) struct Entry {
    /// Its place in the queue's order, which it keeps over redeliveries.
    pub(super) seq: u64,
    pub(super) envelope: Envelope,
    /// Attempts begun.
    pub(super) attempts: u32,
    pub(super) retained: bool,
    pub(super) expires: Option<Instant>,
    /// Set when the first attempt failed.
    pub(super) first_attempt_at: Option<SystemTime>,
}

impl Entry {
    pub(crate) fn new(envelope: Envelope) -> Self {
        let expires = envelope
            .properties()
            .expiration()
            .map(|life| Instant::now() + life);
        Self {
            seq: 0,
            envelope,
            attempts: 0,
            retained: false,
            expires,
            first_attempt_at: None,
        }
    }

    pub(super) fn is_expired(&self) -> bool {
        self.expires
            .is_some_and(|expires| Instant::now() >= expires)
    }
}

/// One event handed out and not yet settled.
pub(super) struct InFlight {
    pub(super) entry: Entry,
    pub(super) generation: u32,
    pub(super) member: MemberId,
    pub(super) client: ClientId,
}

/// One event to be delivered later; the soonest is the greatest.
pub(super) struct Delayed {
    pub(super) due: Instant,
    /// The number to withdraw it by; `None` for a retry.
    pub(super) id: Option<u64>,
    pub(super) entry: Entry,
}

impl Ord for Delayed {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.entry.seq).cmp(&(self.due, self.entry.seq))
    }
}

impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Delayed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Delayed {}
