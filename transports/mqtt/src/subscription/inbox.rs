//! What a subscription's connection brought and nobody has settled.

use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::task::Waker;
use std::time::SystemTime;

use foldhash::fast::RandomState;
use tokio::time::Instant;
use trunkline_core::{Envelope, EventId, Gap, Ticket, TransportError};

use crate::sync::Mutex;

/// Where an event is until it is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Here alone: the broker has its ack.
    Here,
    /// At the broker, which awaits the ack from this connection.
    Link { pkid: u16, generation: u64 },
    /// At the broker, as a retry kept under this topic.
    Kept { topic: String },
}

/// One event to hand out.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) envelope: Envelope,
    /// The number of the attempt that handing it out begins.
    pub(crate) attempt: u32,
    pub(crate) origin: Origin,
    pub(crate) retained: bool,
    /// When the first attempt was made, if one was.
    pub(crate) first: Option<SystemTime>,
}

/// What is known of deliveries that come back on the next connection, by packet id.
pub(crate) type Memory = HashMap<u16, Begun>;

/// How far the attempts at an event had come.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    id: Option<EventId>,
    attempts: u32,
    first: Option<SystemTime>,
}

/// How a subscription treats what it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ways {
    /// Most deliveries handed out at a time.
    pub(crate) prefetch: usize,
    /// Most events that wait here; beyond it the oldest goes.
    pub(crate) max_unread: usize,
    /// Whether what was given up comes again.
    pub(crate) redelivers: bool,
}

/// What a subscription's connection brought and nobody has settled.
pub(crate) struct Inbox {
    ways: Ways,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Item>,
    later: BinaryHeap<Later>,
    in_hand: HashMap<Ticket, Entry, RandomState>,
    next_ticket: Ticket,
    /// Events dropped for want of room, not yet told.
    missed: u64,
    memory: Memory,
    /// Why nothing is handed out any more.
    end: Option<Result<(), TransportError>>,
    waker: Option<Waker>,
}

enum Item {
    Event(Entry),
    Gap(Gap),
}

/// What comes out.
pub(crate) enum Taken {
    Event(Ticket, Entry),
    Gap(Gap),
    /// Nothing yet; something is due at this time.
    Nothing(Option<Instant>),
    End(Result<(), TransportError>),
}

struct Later {
    due: Instant,
    order: u64,
    entry: Entry,
}

impl Ord for Later {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.order).cmp(&(self.due, self.order))
    }
}

impl PartialOrd for Later {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Later {}

impl State {
    fn events(&self) -> usize {
        self.ready.len() + self.later.len()
    }

    fn drop_oldest(&mut self) {
        let oldest = self
            .ready
            .iter()
            .position(|item| matches!(item, Item::Event(_)));
        if let Some(at) = oldest {
            self.ready.remove(at);
            self.missed += 1;
        }
    }

    fn remember(&mut self, pkid: u16, entry: &Entry, attempts: u32) {
        let begun = Begun {
            id: entry.envelope.id().cloned(),
            attempts,
            first: entry.first,
        };
        self.memory.insert(pkid, begun);
    }
}

impl Inbox {
    pub(crate) fn new(ways: Ways, memory: Memory) -> Self {
        let state = State {
            memory,
            ..State::default()
        };
        Self {
            ways,
            state: Mutex::new(state),
        }
    }

    pub(crate) fn ways(&self) -> &Ways {
        &self.ways
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock();
        let result = change(&mut state);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        result
    }

    /// Keeps a new event, behind all others.
    pub(crate) fn push(&self, entry: Entry) {
        self.change(|state| {
            match entry.origin {
                _ if state.end.is_none() => {}
                // It stays at the broker, and nobody has seen it.
                Origin::Link { pkid, .. } => {
                    return state.remember(pkid, &entry, entry.attempt.saturating_sub(1));
                }
                _ => return,
            }
            while entry.origin == Origin::Here && state.events() >= self.ways.max_unread.max(1) {
                state.drop_oldest();
            }
            state.ready.push_back(Item::Event(entry));
        });
    }

    /// Keeps an event for later.
    pub(crate) fn push_later(&self, entry: Entry, due: Instant) {
        self.change(|state| {
            state.next_ticket += 1;
            let order = state.next_ticket;
            state.later.push(Later { due, order, entry });
        });
    }

    /// Puts an event in front of all others.
    pub(crate) fn put_back(&self, entry: Entry) {
        self.change(|state| {
            match entry.origin {
                // Whoever subscribes next gets it from the broker.
                Origin::Link { pkid, .. } if state.end.is_some() => {
                    state.remember(pkid, &entry, entry.attempt.saturating_sub(1));
                }
                _ => state.ready.push_front(Item::Event(entry)),
            }
        });
    }

    pub(crate) fn push_gap(&self, gap: Gap) {
        self.change(|state| state.ready.push_back(Item::Gap(gap)));
    }

    /// The attempts begun at what comes again under this packet id, and when the first was.
    pub(crate) fn recall(
        &self,
        pkid: u16,
        id: Option<&EventId>,
    ) -> Option<(u32, Option<SystemTime>)> {
        let begun = self.state.lock().memory.remove(&pkid)?;
        (begun.id.as_ref() == id).then_some((begun.attempts, begun.first))
    }

    /// Events that wait here.
    pub(crate) fn waiting(&self) -> usize {
        self.state.lock().ready.len()
    }

    /// Hands one out, unless there is none or too many are out.
    pub(crate) fn take(&self, waker: &Waker) -> Taken {
        let mut state = self.state.lock();
        if let Some(end) = &mut state.end {
            return Taken::End(std::mem::replace(end, Ok(())));
        }
        if state.missed > 0 {
            let missed = std::mem::take(&mut state.missed);
            return Taken::Gap(Gap::new("unread limit reached").with_missed(missed));
        }
        let now = Instant::now();
        while state.later.peek().is_some_and(|later| later.due <= now) {
            if let Some(later) = state.later.pop() {
                state.ready.push_back(Item::Event(later.entry));
            }
        }
        let room = state.in_hand.len() < self.ways.prefetch;
        let next = match state.ready.front() {
            Some(Item::Gap(_)) => state.ready.pop_front(),
            Some(Item::Event(_)) if room => state.ready.pop_front(),
            _ => None,
        };
        match next {
            Some(Item::Gap(gap)) => Taken::Gap(gap),
            Some(Item::Event(mut entry)) => {
                state.next_ticket += 1;
                let ticket = state.next_ticket;
                entry.first.get_or_insert_with(SystemTime::now);
                state.in_hand.insert(ticket, entry.clone());
                Taken::Event(ticket, entry)
            }
            None => {
                state.waker = Some(waker.clone());
                Taken::Nothing(state.later.peek().map(|later| later.due))
            }
        }
    }

    /// Takes a delivery out of hand; `None` if it is not there any more.
    pub(crate) fn settle(&self, ticket: Ticket) -> Option<Entry> {
        self.change(|state| state.in_hand.remove(&ticket))
    }

    /// The connection is gone: what the broker will bring again is forgotten here but for the
    /// attempts. What is in hand nobody can settle, unless it is here alone and the end was wanted.
    pub(crate) fn lose_link(&self, wanted: bool) {
        self.change(|state| {
            for item in std::mem::take(&mut state.ready) {
                match item {
                    Item::Event(entry) => match entry.origin {
                        Origin::Link { pkid, .. } => {
                            state.remember(pkid, &entry, entry.attempt.saturating_sub(1));
                        }
                        _ => state.ready.push_back(Item::Event(entry)),
                    },
                    gap => state.ready.push_back(gap),
                }
            }
            let in_hand = std::mem::take(&mut state.in_hand);
            for (ticket, entry) in in_hand {
                match entry.origin {
                    Origin::Link { pkid, .. } => state.remember(pkid, &entry, entry.attempt),
                    Origin::Here if !wanted => {}
                    _ => drop(state.in_hand.insert(ticket, entry)),
                }
            }
        });
    }

    /// Hands out nothing any more; false if that was so.
    pub(crate) fn end(&self, why: Result<(), TransportError>) -> bool {
        self.change(|state| {
            if state.end.is_some() {
                return false;
            }
            state.end = Some(why);
            for item in std::mem::take(&mut state.ready) {
                if let Item::Event(entry) = item
                    && let Origin::Link { pkid, .. } = entry.origin
                {
                    state.remember(pkid, &entry, entry.attempt.saturating_sub(1));
                }
            }
            true
        })
    }

    /// Puts the reason of an end back that was taken too early.
    pub(crate) fn end_again(&self, why: Result<(), TransportError>) {
        self.state.lock().end = Some(why);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state.lock().end.is_some()
    }

    /// Whether anything the broker awaits an ack for is in somebody's hands.
    pub(crate) fn is_in_use(&self) -> bool {
        let state = self.state.lock();
        let at_broker = |entry: &Entry| entry.origin != Origin::Here;
        state.in_hand.values().any(at_broker)
    }

    /// What the next connection wants to know.
    pub(crate) fn take_memory(&self) -> Memory {
        std::mem::take(&mut self.state.lock().memory)
    }
}
