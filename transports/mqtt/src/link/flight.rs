//! What awaits the broker's answer, by packet id.

use std::collections::{HashMap, VecDeque};

use foldhash::fast::RandomState;
use trunkline_core::{Routing, TransportError};

use super::{Answer, Filter, Pending, Unanswered};

/// Most filters in one packet.
pub(super) const MAX_FILTERS: usize = 200;

/// Something on the wire that the broker answers.
pub(super) enum Sent {
    Publish(Pending),
    /// QoS 2, taken by the broker and released by us.
    Released(Pending, Routing),
    Subscribe(Vec<Filter>, Option<Answer>),
    Unsubscribe(Vec<Filter>, Answer),
    /// An unsubscribe that asks whether a resumed session has its subscriptions.
    Probe(Filter),
}

/// What awaits the broker's answer, by packet id. An id is used again only after all others.
#[derive(Default)]
pub(super) struct Flight {
    sent: HashMap<u16, (u64, Sent), RandomState>,
    free: VecDeque<u16>,
    /// Ids up to this one have been used.
    used: u16,
    order: u64,
    publishes: usize,
}

impl Flight {
    /// Publishes that await an answer.
    pub(super) fn publishes(&self) -> usize {
        self.publishes
    }

    /// Takes an id that nothing else on the wire has; `None` when all 65,535 are taken.
    pub(super) fn take_id(&mut self) -> Option<u16> {
        if self.used < u16::MAX {
            self.used += 1;
            return Some(self.used);
        }
        self.free.pop_front()
    }

    pub(super) fn begin(&mut self, id: u16, sent: Sent) {
        if matches!(sent, Sent::Publish(_)) {
            self.publishes += 1;
        }
        self.order += 1;
        self.sent.insert(id, (self.order, sent));
    }

    /// Ends what has this id.
    pub(super) fn end(&mut self, id: u16) -> Option<Sent> {
        let (_, sent) = self.sent.remove(&id)?;
        self.free.push_back(id);
        if matches!(sent, Sent::Publish(_) | Sent::Released(..)) {
            self.publishes -= 1;
        }
        Some(sent)
    }

    /// QoS 2: the broker has taken a publish.
    pub(super) fn release(&mut self, id: u16, routing: Routing) -> bool {
        match self.sent.remove(&id) {
            Some((order, Sent::Publish(pending) | Sent::Released(pending, _))) => {
                self.sent
                    .insert(id, (order, Sent::Released(pending, routing)));
                true
            }
            Some(other) => {
                self.sent.insert(id, other);
                false
            }
            None => false,
        }
    }

    /// Takes back all that was on the wire, oldest first: the link is gone.
    pub(super) fn take_back(&mut self) -> Vec<Sent> {
        let mut all: Vec<_> = std::mem::take(self).sent.into_values().collect();
        all.sort_unstable_by_key(|(order, _)| *order);
        all.into_iter().map(|(_, sent)| sent).collect()
    }
}

impl Sent {
    /// Tells who waits that there will be no answer.
    pub(super) fn fail(self, error: impl Fn() -> TransportError) {
        match self {
            Self::Publish(pending) | Self::Released(pending, _) => {
                pending.end(Err(Unanswered::Closed));
            }
            Self::Subscribe(_, Some(answer)) | Self::Unsubscribe(_, answer) => {
                let _ = answer.send(Err(error()));
            }
            Self::Subscribe(_, None) | Self::Probe(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(path: &str) -> Sent {
        let path = path.to_owned();
        Sent::Probe(Filter { path })
    }

    fn path(sent: &Sent) -> &str {
        match sent {
            Sent::Probe(filter) => &filter.path,
            _ => "",
        }
    }

    #[test]
    fn an_id_is_used_again_only_after_all_others() {
        let mut flight = Flight::default();
        let first = flight.take_id().unwrap();
        flight.begin(first, probe("a"));
        assert!(flight.end(first).is_some());
        for _ in 1..u16::MAX {
            assert_ne!(flight.take_id(), Some(first));
        }
        assert_eq!(flight.take_id(), Some(first));
        assert_eq!(flight.take_id(), None);
    }

    #[test]
    fn what_is_taken_back_is_in_the_order_it_was_sent() {
        let mut flight = Flight::default();
        for path in ["a", "b", "c"] {
            let id = flight.take_id().unwrap();
            flight.begin(id, probe(path));
        }
        flight.end(2);
        let back = flight.take_back();
        let paths: Vec<_> = back.iter().map(path).collect();
        assert_eq!(paths, ["a", "c"]);
        assert!(flight.take_back().is_empty());
    }

    #[test]
    fn an_answer_to_nothing_is_nothing() {
        let mut flight = Flight::default();
        assert!(flight.end(7).is_none());
        assert!(!flight.release(7, Routing::Unknown));
    }
}
