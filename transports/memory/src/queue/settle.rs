//! Settling what was taken from a queue.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::time::Instant;
use trunkline_core::{Nack, Rejection, SettleError, SettleFuture, Settlement, Settler, Ticket};

use super::entry::Entry;
use super::{ClientId, MemberId, Queue, slot_of};
use crate::NAME;
use crate::link::Link;

/// Settles the deliveries of one member.
pub(crate) struct MemberSettler {
    queue: Arc<Queue>,
    pub(super) member: MemberId,
    pub(super) client: ClientId,
    link: Arc<Link>,
}

impl MemberSettler {
    pub(crate) fn new(
        queue: Arc<Queue>,
        member: MemberId,
        client: ClientId,
        link: Arc<Link>,
    ) -> Arc<Self> {
        Arc::new(Self {
            queue,
            member,
            client,
            link,
        })
    }

    pub(crate) fn member(&self) -> MemberId {
        self.member
    }

    pub(crate) fn client(&self) -> ClientId {
        self.client
    }

    fn settle_now(&self, ticket: Ticket, settlement: Settlement) -> Result<(), SettleError> {
        let stale = || SettleError::Stale { transport: NAME };
        if self.link.is_closed() {
            return Err(SettleError::Closed { transport: NAME });
        }
        if self.link.is_frozen() {
            // It does not get through, and the delivery comes back once the silence is noticed.
            return Err(stale());
        }
        match settlement {
            // In memory an ack is sure once it is made.
            Settlement::Ack | Settlement::AckSure => {
                self.queue.end(ticket, false).map(drop).ok_or_else(stale)
            }
            Settlement::Nack(nack) => self.queue.nack(ticket, *nack).ok_or_else(stale),
            Settlement::Reject(rejection) => {
                let entry = self.queue.end(ticket, false).ok_or_else(stale)?;
                self.queue.bury(entry, *rejection);
                Ok(())
            }
            _ => Err(SettleError::Unsupported {
                transport: NAME,
                what: "this settlement",
            }),
        }
    }
}

impl Settler for MemberSettler {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        SettleFuture::ready(self.settle_now(ticket, settlement))
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        if !self.link.is_frozen() {
            self.queue.hand_back(ticket, seen);
        }
    }
}

impl std::fmt::Debug for MemberSettler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberSettler")
            .field("queue", &self.queue.name())
            .finish_non_exhaustive()
    }
}

impl Queue {
    /// Takes a delivery out of flight; `None` if it is not there any more.
    fn end(&self, ticket: Ticket, put_back: bool) -> Option<Entry> {
        let (slot, generation) = slot_of(ticket);
        let mut state = self.state.lock();
        let ended = state.end(slot, generation)?;
        // Its member has room again.
        let waker = if put_back {
            None
        } else {
            state.wake_for_ready()
        };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(ended.entry)
    }

    fn nack(&self, ticket: Ticket, nack: Nack) -> Option<()> {
        let mut entry = self.end(ticket, true)?;
        entry.first_attempt_at.get_or_insert_with(SystemTime::now);
        if !nack.headers.is_empty() {
            set_headers(&mut entry, &nack);
        }
        let mut state = self.state.lock();
        let waker = if nack.after.is_zero() {
            state.put_back(entry)
        } else {
            // Its member has room again, whether this is the next to be due or not.
            state
                .delay(entry, Instant::now() + nack.after, None)
                .or_else(|| state.wake_for_ready())
        };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(())
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        let Some(mut entry) = self.end(ticket, true) else {
            return;
        };
        if seen {
            entry.first_attempt_at.get_or_insert_with(SystemTime::now);
        } else {
            entry.attempts = entry.attempts.saturating_sub(1);
        }
        let waker = self.state.lock().put_back(entry);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Makes a dead letter, or drops the event and says so.
    pub(super) fn bury(&self, entry: Entry, rejection: Rejection) {
        match &self.dead {
            Some(dead) => {
                let attempts = entry.attempts.max(1);
                dead.bury(
                    entry.envelope,
                    rejection,
                    attempts,
                    entry.first_attempt_at,
                    &self.name,
                );
            }
            None => tracing::warn!(
                subscription = &*self.name,
                routing_key = entry.envelope.routing_key().as_str(),
                reason = rejection.reason.as_str(),
                "an event was dropped: the subscription keeps no dead letters"
            ),
        }
    }
}

fn set_headers(entry: &mut Entry, nack: &Nack) {
    let headers = entry.envelope.headers_mut();
    for (name, value) in nack.headers.iter() {
        if let Err(error) = headers.insert(name, value) {
            tracing::warn!(header = name, %error, "a retry's header was left out");
        }
    }
}
