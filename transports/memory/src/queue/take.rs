//! Joining, taking from, and leaving a queue.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::task::Context;

use tokio::time::Instant;
use trunkline_core::{
    DeadReason, Delivery, Gap, Incoming, Rejection, SubscriptionKind, TransportError,
};

use super::state::State;
use super::{ClientId, Entry, MemberId, MemberSettler, Queue, ticket};
use crate::NAME;

/// What came of taking.
pub(crate) enum Taken {
    /// Something.
    Some,
    /// Nothing yet; there may be something at this time.
    Nothing {
        /// When the next delayed event is due.
        due: Option<Instant>,
    },
    /// Nothing any more: the taker is no member.
    Left,
}

impl Queue {
    pub(crate) fn join(&self, prefetch: usize) -> MemberId {
        let mut state = self.state.lock();
        state.members.exclusive = matches!(self.kind, SubscriptionKind::Exclusive { .. });
        // Whoever comes while it is deleted is told, rather than left to wait.
        let is_there = !self.deleted.load(Ordering::SeqCst);
        state.members.join(prefetch, is_there)
    }

    pub(crate) fn has_members(&self) -> bool {
        self.state.lock().members.len() > 0
    }

    /// Moves up to `max` events to a member, which is woken later if there are none.
    pub(crate) fn take(
        &self,
        settler: &Arc<MemberSettler>,
        cx: &Context<'_>,
        out: &mut VecDeque<Incoming>,
        max: usize,
    ) -> Taken {
        let member = settler.member;
        let mut expired = Vec::new();
        let mut taken = 0;
        let mut state = self.state.lock();
        state.promote_due();
        let Some(at) = state.members.position(member) else {
            return Taken::Left;
        };
        let room = state.members.room(at, state.ready.len()).min(max);
        let told = state
            .take_gap()
            .map(|gap| out.push_back(Incoming::Gap(gap)))
            .is_some();
        while taken < room {
            let Some(mut entry) = state.ready.pop_front() else {
                break;
            };
            if entry.is_expired() {
                expired.push(entry);
                continue;
            }
            entry.attempts += 1;
            let (envelope, attempts, retained) =
                (entry.envelope.clone(), entry.attempts, entry.retained);
            let (slot, generation) = state.begin(entry, member, settler.client);
            let settler: Arc<MemberSettler> = Arc::clone(settler);
            let delivery = Delivery::new(envelope, attempts, ticket(slot, generation), settler);
            out.push_back(Incoming::Delivery(delivery.with_retained(retained)));
            taken += 1;
        }
        state.members.took(at, taken);
        let publishers_wait =
            taken + expired.len() > 0 && std::mem::take(&mut state.publishers_wait);
        // What is left is for the next that waits.
        let next = state.wake_for_ready();
        let outcome = if taken > 0 || told {
            Taken::Some
        } else {
            state.members.wait(at, cx.waker());
            Taken::Nothing {
                due: state.delayed.peek().map(|first| first.due),
            }
        };
        drop(state);
        if publishers_wait {
            self.room.notify_waiters();
        }
        if let Some(next) = next {
            next.wake();
        }
        if !expired.is_empty() {
            self.bury_expired(expired);
        }
        outcome
    }

    fn bury_expired(&self, expired: Vec<Entry>) {
        for entry in expired {
            let rejection = Rejection::new(DeadReason::Expired, "it waited too long");
            self.bury(entry, rejection);
        }
    }

    /// Ends a member's supply; what it has in hand it may still settle.
    pub(crate) fn leave(&self, member: MemberId) {
        let mut state = self.state.lock();
        let wakers: Vec<_> = state
            .members
            .leave(member)
            .into_iter()
            .chain(state.members.next_to_wake())
            .collect();
        drop(state);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// A member's link is gone: what its client has in hand is taken back, and in an exclusive group
    /// the next is active. At once: a leader who came before what is taken back would be given later
    /// events first.
    pub(crate) fn lose(&self, member: MemberId, client: ClientId) {
        let mut state = self.state.lock();
        if state.members.exclusive {
            state.members.stand_back(member);
        }
        Self::take_back(state, client);
    }

    /// Ends every member's supply, and forgets what is here: somebody deleted the queue.
    pub(crate) fn delete(&self) {
        self.deleted.store(true, Ordering::SeqCst);
        let mut state = self.state.lock();
        let wakers = state.members.dismiss();
        state.ready.clear();
        state.delayed.clear();
        state.in_flight.clear();
        drop(state);
        wakers.into_iter().for_each(std::task::Waker::wake);
        self.room.notify_waiters();
    }

    /// Why somebody is no member any more: because it left, unless the queue was deleted.
    pub(crate) fn why_left(&self) -> Result<(), TransportError> {
        if !self.deleted.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(TransportError::Broker {
            transport: NAME,
            what: format!("`{}` was deleted; subscribe again", self.name),
            source: None,
        })
    }

    /// Takes back what a client has in hand, also by members that have left: its link is gone.
    pub(crate) fn reclaim(&self, client: ClientId) {
        Self::take_back(self.state.lock(), client);
    }

    fn take_back(mut state: MutexGuard<'_, State>, client: ClientId) {
        let held: Vec<usize> = state
            .in_flight
            .iter()
            .filter(|(_, held)| held.client == client)
            .map(|(slot, _)| slot)
            .collect();
        let mut wakers = Vec::new();
        for slot in held {
            let held = state.in_flight.remove(slot);
            state.members.ended(held.member);
            wakers.extend(state.put_back(held.entry));
        }
        wakers.extend(state.members.all_wakers());
        drop(state);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// Lets the members know that events may have been missed.
    pub(crate) fn tell_gap(&self, gap: Gap) {
        let mut state = self.state.lock();
        state.gap = Some(gap);
        let wakers = state.members.all_wakers();
        drop(state);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}
