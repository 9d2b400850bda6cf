//! Noticing what a broker dropped.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::time::Instant;

use crate::wire::Number;

/// Topics of publishers that are followed at a time; with the next one, following begins anew.
const FOLLOWED: usize = 4096;

/// Runs of missing numbers that are waited for at a time; with the next one, the first is told.
const HOLES: usize = 256;

/// How long missing numbers are waited for, from the last one of their publisher and topic that came
/// late. After a reconnect mosquitto 2.0.11 sends what is new before what still waits.
const QUIET: Duration = Duration::from_secs(2);

/// The last number of each publisher and topic, and those that are missing.
///
/// A publisher counts its events of a topic, so a number that does not come stands for an event that
/// does not. Where brokers drop from the end of what waits, as mosquitto does, this is noticed with
/// the next event that finds room.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    last: HashMap<u64, u64, RandomState>,
    holes: Vec<Hole>,
    /// Missing, and waited for no longer.
    given_up: u64,
    /// Whether some are known to go elsewhere.
    is_shared: bool,
}

#[derive(Debug)]
struct Hole {
    which: u64,
    numbers: Range<u64>,
    /// When something last came that was late.
    moved: Instant,
}

impl Sequences {
    /// Takes the number of an event that has come.
    pub(super) fn follow(&mut self, publisher: &str, topic: &str, number: Number, now: Instant) {
        if self.is_shared {
            return;
        }
        let (which, count) = ((publisher, topic, number.series), number.count);
        let which = self.last.hasher().hash_one(which);
        if let Some(last) = self.last.get_mut(&which) {
            let next = *last + 1;
            *last = count.max(*last);
            if count > next {
                self.dig(which, next..count, now);
            } else if count < next && !self.holes.is_empty() {
                self.fill(which, count, now);
            }
            return;
        }
        if self.last.len() == FOLLOWED {
            self.last.clear();
        }
        self.last.insert(which, count);
    }

    fn dig(&mut self, which: u64, numbers: Range<u64>, now: Instant) {
        if self.holes.len() == HOLES {
            let first = self.holes.remove(0);
            self.given_up += first.numbers.end - first.numbers.start;
        }
        self.holes.push(Hole {
            which,
            numbers,
            moved: now,
        });
    }

    /// One came late; or again, and then it is in no hole.
    fn fill(&mut self, which: u64, count: u64, now: Instant) {
        let mut rest = None;
        for hole in self.holes.iter_mut().filter(|hole| hole.which == which) {
            hole.moved = now;
            if hole.numbers.contains(&count) {
                rest = Some(count + 1..hole.numbers.end);
                hole.numbers.end = count;
            }
        }
        if let Some(rest) = rest {
            self.dig(which, rest, now);
            self.holes.retain(|hole| !hole.numbers.is_empty());
        }
    }

    /// How many are missing and will not come, each told once.
    pub(super) fn missed(&mut self, now: Instant) -> u64 {
        let mut missed = std::mem::take(&mut self.given_up);
        self.holes.retain(|hole| {
            let waits = now.duration_since(hole.moved) < QUIET;
            if !waits {
                missed += hole.numbers.end - hole.numbers.start;
            }
            waits
        });
        missed
    }

    /// Begins anew: what was left out until now was told, or was not wanted.
    pub(super) fn forget(&mut self) {
        self.last.clear();
        self.holes.clear();
        self.given_up = 0;
    }

    /// Others get some of the events from now on.
    pub(super) fn share(&mut self) {
        self.is_shared = true;
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(series: u32, count: u64) -> Number {
        Number { series, count }
    }

    /// What is missing at the end, having followed these.
    fn missed(counts: impl IntoIterator<Item = u64>) -> u64 {
        let (mut sequences, now) = (Sequences::default(), Instant::now());
        for count in counts {
            sequences.follow("p", "a/b", number(1, count), now);
        }
        assert_eq!(sequences.missed(now), 0, "it may come yet");
        let missed = sequences.missed(now + QUIET);
        assert_eq!(sequences.missed(now + 2 * QUIET), 0, "it was told");
        missed
    }

    #[test]
    fn what_does_not_come_is_missed() {
        assert_eq!(missed([3, 4, 7, 8]), 2);
        assert_eq!(missed([1, 2, 2, 1, 3]), 0, "it came again");
        assert_eq!(missed([1, 9, 2, 3, 4, 5, 6, 7, 8]), 0, "it came late");
        assert_eq!(missed([1, 9, 4, 10]), 6, "some came late");
    }

    #[test]
    fn while_something_comes_late_the_rest_may_come() {
        let (mut sequences, now) = (Sequences::default(), Instant::now());
        let late = now + QUIET / 2;
        for (count, when) in [(1, now), (9, now), (2, late)] {
            sequences.follow("p", "a", number(1, count), when);
        }
        assert_eq!(sequences.missed(now + QUIET), 0);
        assert_eq!(sequences.missed(late + QUIET), 6);
    }

    #[test]
    fn each_publisher_topic_and_series_counts_for_itself() {
        let (mut sequences, now) = (Sequences::default(), Instant::now());
        for (publisher, topic, series, count) in [
            ("p", "a", 1, 1),
            ("p", "b", 1, 5),
            ("q", "a", 1, 9),
            ("p", "a", 2, 7),
        ] {
            sequences.follow(publisher, topic, number(series, count), now);
        }
        assert_eq!(sequences.missed(now + QUIET), 0);
    }

    #[test]
    fn what_others_may_have_got_is_not_missed() {
        let (mut sequences, now) = (Sequences::default(), Instant::now());
        sequences.follow("p", "a", number(1, 1), now);
        sequences.share();
        sequences.follow("p", "a", number(1, 5), now);
        assert_eq!(sequences.missed(now + QUIET), 0);
    }

    #[test]
    fn what_is_followed_is_bounded_and_nothing_missed_is_forgotten() {
        let (mut sequences, now) = (Sequences::default(), Instant::now());
        for n in 0..2 * FOLLOWED {
            sequences.follow("p", &n.to_string(), number(1, 1), now);
        }
        assert!(sequences.last.len() <= FOLLOWED);
        for n in 1..=2 * HOLES as u64 {
            sequences.follow("p", "a", number(1, 2 * n), now);
        }
        assert!(sequences.holes.len() <= HOLES);
        assert_eq!(sequences.missed(now + QUIET), 2 * HOLES as u64 - 1);
    }
}
