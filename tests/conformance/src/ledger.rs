//! Every event is numbered, so that losses, doubles and disorder are counted and never hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use crate::sync::Mutex;
use trunkline_core::{Delivery, Envelope};

/// The number an event of the suite carries in its body: run, publisher, sequence.
///
/// It is in the body because nothing there may change, whatever becomes of ids and headers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// The run of one case.
    pub run: u32,
    /// Who published it, within the run.
    pub publisher: u32,
    /// The how-manieth event of that publisher, from 1.
    pub sequence: u32,
}

impl Mark {
    /// The body that carries this mark.
    pub fn body(&self) -> String {
        format!("mark:{:08x}:{}:{}", self.run, self.publisher, self.sequence)
    }

    /// Reads the mark an envelope carries.
    pub fn of(envelope: &Envelope) -> Option<Self> {
        let text = std::str::from_utf8(envelope.body()).ok()?;
        let mut parts = text.strip_prefix("mark:")?.split(':');
        Some(Self {
            run: u32::from_str_radix(parts.next()?, 16).ok()?,
            publisher: parts.next()?.parse().ok()?,
            sequence: parts.next()?.parse().ok()?,
        })
    }

    /// Reads the mark a delivery carries.
    ///
    /// # Panics
    /// When it carries none: then it is not of this suite, or its body was changed on the way.
    #[track_caller]
    pub fn of_delivery(delivery: &Delivery) -> Self {
        let envelope = delivery.envelope();
        Self::of(envelope).unwrap_or_else(|| panic!("a delivery without our mark: {envelope:?}"))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.publisher, self.sequence)
    }
}

/// What became of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The broker owns the event: it must arrive.
    Confirmed,
    /// The broker may own it: it may arrive.
    Uncertain,
    /// The publish was refused: it must not arrive.
    Refused,
}

/// What was published, and what the broker said of it.
#[derive(Debug, Default)]
pub struct Ledger {
    fates: Mutex<BTreeMap<Mark, Fate>>,
}

impl Ledger {
    /// Notes that the broker owns an event.
    pub fn confirmed(&self, mark: Mark) {
        self.fates.lock().insert(mark, Fate::Confirmed);
    }

    /// Notes that a publish ended without an answer; an earlier or later confirm stands.
    pub fn uncertain(&self, mark: Mark) {
        self.fates.lock().entry(mark).or_insert(Fate::Uncertain);
    }

    /// Notes that a publish was refused; an earlier answer stands.
    pub fn refused(&self, mark: Mark) {
        self.fates.lock().entry(mark).or_insert(Fate::Refused);
    }

    /// The events the broker owns.
    pub fn owned(&self) -> Vec<Mark> {
        self.with(Fate::Confirmed)
    }

    fn with(&self, wanted: Fate) -> Vec<Mark> {
        let fates = self.fates.lock();
        fates
            .iter()
            .filter(|(_, fate)| **fate == wanted)
            .map(|(mark, _)| *mark)
            .collect()
    }

    /// Holds what was received against what was published.
    pub fn tally(&self, received: &[Mark]) -> Tally {
        let mut tally = Tally::of(&self.owned(), received);
        let uncertain: BTreeSet<_> = self.with(Fate::Uncertain).into_iter().collect();
        tally.strangers.retain(|mark| !uncertain.contains(mark));
        tally
    }
}

/// Lost, duplicated and reordered events, told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a tally proves nothing until it is held against a promise"]
pub struct Tally {
    /// Events expected.
    pub expected: usize,
    /// Events received, each time counted.
    pub received: usize,
    /// Expected and never received.
    pub lost: Vec<Mark>,
    /// Received again, once for each time too often.
    pub duplicated: Vec<Mark>,
    /// Received first after a later one of the same publisher: the earlier, then the later.
    pub reordered: Vec<(Mark, Mark)>,
    /// Received and not expected: refused, withdrawn, or not for this reader.
    pub strangers: Vec<Mark>,
}

impl Tally {
    /// Holds what was received, in order, against what was expected.
    pub fn of(expected: &[Mark], received: &[Mark]) -> Self {
        let wanted: BTreeSet<Mark> = expected.iter().copied().collect();
        let mut seen = BTreeSet::new();
        let mut latest: HashMap<u32, Mark> = HashMap::new();
        let (mut duplicated, mut reordered, mut strangers) = (Vec::new(), Vec::new(), Vec::new());
        for &mark in received {
            if !wanted.contains(&mark) {
                strangers.push(mark);
            }
            if !seen.insert(mark) {
                duplicated.push(mark);
                continue;
            }
            let last = latest.entry(mark.publisher).or_insert(mark);
            if mark < *last {
                reordered.push((mark, *last));
            } else {
                *last = mark;
            }
        }
        let lost = wanted.difference(&seen).copied().collect();
        Self {
            expected: wanted.len(),
            received: received.len(),
            lost,
            duplicated,
            reordered,
            strangers,
        }
    }

    /// Nothing lost, nothing twice, nothing that should not have come.
    #[track_caller]
    pub fn exactly_once(&self, who: &str) {
        self.at_least_once(who, 0);
    }

    /// Nothing lost, at most so many doubles, nothing that should not have come.
    #[track_caller]
    pub fn at_least_once(&self, who: &str, most_doubles: usize) {
        assert!(
            self.lost.is_empty(),
            "{who}: lost {}",
            self.shown(&self.lost)
        );
        assert!(
            self.duplicated.len() <= most_doubles,
            "{who}: duplicated {}, at most {most_doubles} allowed",
            self.shown(&self.duplicated)
        );
        assert!(
            self.strangers.is_empty(),
            "{who}: not for it {}",
            self.shown(&self.strangers)
        );
    }

    /// First arrivals of each publisher in the order they were published.
    #[track_caller]
    pub fn in_order(&self, who: &str) {
        assert!(
            self.reordered.is_empty(),
            "{who}: reordered {}",
            self.shown(&self.reordered)
        );
    }

    /// A count, the whole, and the first few.
    fn shown<T: fmt::Debug>(&self, some: &[T]) -> String {
        let few = &some[..some.len().min(8)];
        let more = if few.len() < some.len() { ", …" } else { "" };
        format!(
            "{} ({few:?}{more}) of {} expected, {} received",
            some.len(),
            self.expected,
            self.received
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(sequences: &[u32]) -> Vec<Mark> {
        sequences
            .iter()
            .map(|&sequence| Mark {
                run: 7,
                publisher: 0,
                sequence,
            })
            .collect()
    }

    #[test]
    fn lost_duplicated_and_reordered_are_told_apart() {
        let tally = Tally::of(&marks(&[1, 2, 3, 4]), &marks(&[1, 3, 2, 3, 9]));
        assert_eq!(tally.lost, marks(&[4]));
        assert_eq!(tally.duplicated, marks(&[3]));
        assert_eq!(tally.reordered, [(marks(&[2])[0], marks(&[3])[0])]);
        assert_eq!(tally.strangers, marks(&[9]));
    }

    #[test]
    fn a_double_is_not_disorder() {
        let tally = Tally::of(&marks(&[1, 2]), &marks(&[1, 2, 1]));
        tally.in_order("reader");
        tally.at_least_once("reader", 1);
        assert!(std::panic::catch_unwind(|| tally.exactly_once("reader")).is_err());
    }

    #[test]
    fn an_uncertain_publish_may_arrive_and_a_refused_one_may_not() {
        let ledger = Ledger::default();
        let [sure, unsure, refused] = [1, 2, 3].map(|sequence| marks(&[sequence])[0]);
        ledger.confirmed(sure);
        ledger.uncertain(unsure);
        ledger.refused(refused);
        ledger.tally(&[sure, unsure]).exactly_once("reader");
        ledger.tally(&[sure]).exactly_once("reader");
        assert_eq!(ledger.tally(&[sure, refused]).strangers, [refused]);
    }

    #[test]
    fn a_mark_comes_back_from_the_body_that_carries_it() {
        let mark = Mark {
            run: 0xfeed,
            publisher: 3,
            sequence: 41,
        };
        let key = trunkline_core::RoutingKey::new("a").unwrap();
        assert_eq!(
            Mark::of(&Envelope::new(key.clone(), mark.body())),
            Some(mark)
        );
        assert_eq!(Mark::of(&Envelope::new(key, "mark:zz")), None);
    }
}
