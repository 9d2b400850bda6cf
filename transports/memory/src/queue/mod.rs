//! The place where one subscription's, or one group's, events wait.

mod entry;
mod members;
mod settle;
mod state;
mod take;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use trunkline_core::{
    Envelope, Overflow, SubscribeOptions, SubscriptionKind, Ticket, TransportError,
};

pub(crate) use entry::Entry;
pub(crate) use members::MemberId;
pub(crate) use settle::MemberSettler;
use state::State;
pub(crate) use take::Taken;

use crate::NAME;
use crate::dead::DeadLetterStore;
use crate::sync::Mutex;

/// A broker's own number for a client.
pub(crate) type ClientId = u64;

/// The place where one subscription's, or one group's, events wait.
pub(crate) struct Queue {
    name: Box<str>,
    kind: SubscriptionKind,
    /// The client of a live subscription, whose own events `no_local` leaves out.
    owner: ClientId,
    no_local: bool,
    max_unread: usize,
    overflow: Overflow,
    /// A live subscription whose link is gone is gone from the broker, too.
    away: AtomicBool,
    /// Whether somebody deleted it under its members.
    deleted: AtomicBool,
    /// Whether an event may match several bindings here, so that copies must be told apart.
    many_bindings: AtomicBool,
    pub(crate) dead: Option<Arc<DeadLetterStore>>,
    state: Mutex<State>,
    /// Told when unread events were taken.
    room: Notify,
}

/// What a queue is asked to keep.
#[derive(Clone)]
pub(crate) struct Incoming {
    pub(crate) envelope: Envelope,
    pub(crate) retained: bool,
    /// Deliver no sooner, and the number to withdraw it by.
    pub(crate) delayed: Option<(Instant, u64)>,
}

impl Queue {
    pub(crate) fn new(
        name: Box<str>,
        owner: ClientId,
        options: &SubscribeOptions,
        dead: Option<Arc<DeadLetterStore>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            kind: options.kind.clone(),
            owner,
            no_local: options.no_local,
            max_unread: options.max_unread.max(1),
            overflow: options.overflow_or_default(),
            away: AtomicBool::new(false),
            deleted: AtomicBool::new(false),
            many_bindings: AtomicBool::new(options.bindings.len() > 1),
            dead,
            state: Mutex::new(State::default()),
            room: Notify::new(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn kind(&self) -> &SubscriptionKind {
        &self.kind
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.kind, SubscriptionKind::Live)
    }

    pub(crate) fn has_many_bindings(&self) -> bool {
        self.many_bindings.load(Ordering::Relaxed)
    }

    pub(crate) fn note_bindings(&self, count: usize) {
        // Never lowered: an index that is read at this moment may still hold the old ones.
        if count > 1 {
            self.many_bindings.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn wants(&self, publisher: ClientId) -> bool {
        let own = self.no_local && self.owner == publisher;
        !own && !self.away.load(Ordering::Relaxed)
    }

    /// Keeps an event if there is room, or makes room as the overflow rule says; gives it back if
    /// it must wait.
    ///
    /// # Errors
    /// [`TransportError::Full`] under [`Overflow::Refuse`].
    pub(crate) fn offer(&self, incoming: Incoming) -> Result<Option<Incoming>, TransportError> {
        let waker = {
            let mut state = self.state.lock();
            if state.unread() >= self.max_unread && !self.make_room(&mut state, &incoming)? {
                return Ok(Some(incoming));
            }
            state.push(incoming)
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(None)
    }

    /// Sets a place aside for an event; false if it must wait for one. A queue that drops its oldest
    /// has always room, and sets none aside.
    pub(crate) fn reserve(&self, incoming: &Incoming) -> Result<bool, TransportError> {
        if self.overflow == Overflow::DropOldest {
            return Ok(true);
        }
        let mut state = self.state.lock();
        if state.unread() >= self.max_unread && !self.make_room(&mut state, incoming)? {
            return Ok(false);
        }
        state.reserved += 1;
        Ok(true)
    }

    /// Gives the place set aside back.
    pub(crate) fn release(&self) {
        if self.overflow == Overflow::DropOldest {
            return;
        }
        let mut state = self.state.lock();
        state.reserved = state.reserved.saturating_sub(1);
        drop(state);
        self.room.notify_waiters();
    }

    /// Fills the place set aside.
    pub(crate) fn fill(&self, incoming: Incoming) {
        let waker = {
            let mut state = self.state.lock();
            if self.overflow != Overflow::DropOldest {
                state.reserved = state.reserved.saturating_sub(1);
            } else if state.unread() >= self.max_unread {
                state.drop_oldest();
            }
            state.push(incoming)
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn make_room(&self, state: &mut State, incoming: &Incoming) -> Result<bool, TransportError> {
        match self.overflow {
            Overflow::DropOldest => {
                state.drop_oldest();
                Ok(true)
            }
            Overflow::Refuse => Err(self.full(&incoming.envelope)),
            _ => {
                state.publishers_wait = true;
                Ok(false)
            }
        }
    }

    fn full(&self, envelope: &Envelope) -> TransportError {
        TransportError::Full {
            transport: NAME,
            subscription: self.name.to_string(),
            routing_key: envelope.routing_key().as_str().into(),
            limit: self.max_unread,
        }
    }

    /// Waits until there may be room.
    ///
    /// # Errors
    /// [`TransportError::Full`] at the deadline.
    pub(crate) async fn wait_for_room(
        &self,
        envelope: &Envelope,
        deadline: Instant,
    ) -> Result<(), TransportError> {
        if Instant::now() >= deadline {
            // No patience asked for, none taken: a timer's shortest wait is a millisecond.
            return Err(self.full(envelope));
        }
        let told = self.room.notified();
        tokio::pin!(told);
        // Registered before looking again, or a take in between would go unheard.
        told.as_mut().enable();
        if self.state.lock().unread() < self.max_unread {
            return Ok(());
        }
        timeout_at(deadline, told)
            .await
            .map_err(|_| self.full(envelope))
    }

    /// Takes a delayed event out again.
    pub(crate) fn withdraw(&self, id: u64) -> bool {
        let withdrawn = self.state.lock().withdraw(id);
        if withdrawn {
            self.room.notify_waiters();
        }
        withdrawn
    }

    /// Puts an event back as if it had just been published.
    pub(crate) fn replay(&self, envelope: Envelope) {
        let waker = {
            let mut state = self.state.lock();
            let entry = Entry::new(envelope);
            state.push_entry(entry)
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What waits, is in flight, and is to come later.
    pub(crate) fn counts(&self) -> QueueCounts {
        let mut state = self.state.lock();
        state.promote_due();
        QueueCounts {
            unread: state.ready.len(),
            in_flight: state.in_flight.len(),
            delayed: state.delayed.len(),
            members: state.members.len(),
        }
    }

    /// Lets go of what does not outlive a restart of the broker.
    pub(crate) fn forget_transient(&self) {
        let mut state = self.state.lock();
        state
            .ready
            .retain(|entry| entry.envelope.properties().persistent());
        state
            .delayed
            .retain(|later| later.entry.envelope.properties().persistent());
        drop(state);
        self.room.notify_waiters();
    }

    /// Keeps nothing while a live subscription's link is gone, and forgets what it had: a broker
    /// deletes such a queue with its connection.
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
        if away {
            let mut state = self.state.lock();
            state.ready.clear();
            state.delayed.clear();
            state.in_flight.clear();
            state.members.forget_in_flight();
        }
    }
}

/// What a queue holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct QueueCounts {
    pub(crate) unread: usize,
    pub(crate) in_flight: usize,
    pub(crate) delayed: usize,
    pub(crate) members: usize,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A ticket names a place among the deliveries in flight and the use it is in, so that a late
/// settlement never meets another delivery.
pub(crate) fn ticket(slot: usize, generation: u32) -> Ticket {
    (u64::from(generation) << 32) | (slot as u64 & u64::from(u32::MAX))
}

/// The place a ticket names.
pub(crate) fn slot_of(ticket: Ticket) -> (usize, u32) {
    (
        (ticket & u64::from(u32::MAX)) as usize,
        (ticket >> 32) as u32,
    )
}
