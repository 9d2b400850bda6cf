//! What a queue holds, under its lock.

use std::collections::{BinaryHeap, VecDeque};
use std::task::Waker;

use slab::Slab;
use tokio::time::Instant;
use trunkline_core::Gap;

use super::entry::{Delayed, Entry, InFlight};
use super::members::Members;
use super::{ClientId, Incoming, MemberId};

/// What a queue holds.
#[derive(Default)]
pub(super) struct State {
    /// What may be delivered, in order of `seq`.
    pub(super) ready: VecDeque<Entry>,
    pub(super) delayed: BinaryHeap<Delayed>,
    pub(super) in_flight: Slab<InFlight>,
    pub(super) members: Members,
    /// Places set aside by publishers that still wait for room elsewhere.
    pub(super) reserved: usize,
    /// Whether a publisher may be waiting for room.
    pub(super) publishers_wait: bool,
    /// Events dropped for want of room, not yet told.
    pub(super) missed: u64,
    /// A gap of another kind, not yet told.
    pub(super) gap: Option<Gap>,
    next_seq: u64,
    next_generation: u32,
}

impl State {
    /// Events kept and not handed out.
    pub(super) fn unread(&self) -> usize {
        self.ready.len() + self.delayed.len() + self.reserved
    }

    /// Keeps a new event; gives the member to wake.
    #[must_use = "who waits must be woken"]
    pub(super) fn push(&mut self, incoming: Incoming) -> Option<Waker> {
        let mut entry = Entry::new(incoming.envelope);
        entry.retained = incoming.retained;
        match incoming.delayed {
            None => self.push_entry(entry),
            Some((due, id)) => {
                entry.seq = self.take_seq();
                self.delay(entry, due, Some(id))
            }
        }
    }

    /// Keeps an event behind all others; gives the member to wake.
    #[must_use = "who waits must be woken"]
    pub(super) fn push_entry(&mut self, mut entry: Entry) -> Option<Waker> {
        entry.seq = self.take_seq();
        self.ready.push_back(entry);
        self.members.next_to_wake()
    }

    fn take_seq(&mut self) -> u64 {
        self.next_seq += 1;
        self.next_seq
    }

    /// Keeps an event for later; gives the member whose timer may be too late now.
    #[must_use = "who waits must be woken"]
    pub(super) fn delay(&mut self, entry: Entry, due: Instant, id: Option<u64>) -> Option<Waker> {
        let soonest = self.delayed.peek().is_none_or(|first| due < first.due);
        self.delayed.push(Delayed { due, id, entry });
        if soonest {
            self.members.next_to_wake()
        } else {
            None
        }
    }

    /// The member to wake if there is something to take.
    pub(super) fn wake_for_ready(&mut self) -> Option<Waker> {
        if self.ready.is_empty() {
            None
        } else {
            self.members.next_to_wake()
        }
    }

    /// Puts an event back where its place in the order is; gives the member to wake.
    #[must_use = "who waits must be woken"]
    pub(super) fn put_back(&mut self, entry: Entry) -> Option<Waker> {
        let at = self.ready.partition_point(|other| other.seq < entry.seq);
        self.ready.insert(at, entry);
        self.members.next_to_wake()
    }

    /// Moves what is due by now among what may be delivered.
    pub(super) fn promote_due(&mut self) {
        if self.delayed.is_empty() {
            return;
        }
        let now = Instant::now();
        while self.delayed.peek().is_some_and(|first| first.due <= now) {
            if let Some(due) = self.delayed.pop() {
                // Behind what came meanwhile: it was published, or tried, before that.
                let seq = self.take_seq();
                self.ready.push_back(Entry { seq, ..due.entry });
            }
        }
    }

    pub(super) fn withdraw(&mut self, id: u64) -> bool {
        let before = self.delayed.len();
        self.delayed.retain(|delayed| delayed.id != Some(id));
        self.delayed.len() < before
    }

    pub(super) fn drop_oldest(&mut self) {
        if self.ready.pop_front().is_some() || self.delayed.pop().is_some() {
            self.missed += 1;
        }
    }

    /// Hands an entry out to a member; gives the place it is in.
    pub(super) fn begin(
        &mut self,
        entry: Entry,
        member: MemberId,
        client: ClientId,
    ) -> (usize, u32) {
        self.next_generation = self.next_generation.wrapping_add(1);
        let generation = self.next_generation;
        let slot = self.in_flight.insert(InFlight {
            entry,
            generation,
            member,
            client,
        });
        (slot, generation)
    }

    /// Takes a delivery back from flight, if the ticket's place is still in that use.
    pub(super) fn end(&mut self, slot: usize, generation: u32) -> Option<InFlight> {
        let current = self.in_flight.get(slot)?;
        if current.generation != generation {
            return None;
        }
        let ended = self.in_flight.remove(slot);
        self.members.ended(ended.member);
        Some(ended)
    }

    /// A gap to be told before the next event, if there is one.
    pub(super) fn take_gap(&mut self) -> Option<Gap> {
        if self.missed > 0 {
            let missed = std::mem::take(&mut self.missed);
            return Some(Gap::new("unread limit reached").with_missed(missed));
        }
        self.gap.take()
    }
}
