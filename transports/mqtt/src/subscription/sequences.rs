//! Noticing what a broker dropped.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::wire::Number;

/// Topics of publishers that are followed at a time; with the next one, following begins anew.
const FOLLOWED: usize = 4096;

/// The last number of each publisher and topic.
///
/// A broker delivers what a publisher sends on a topic in its order (MQTT 5 §4.6), so a number that
/// is left out stands for an event that does not come any more. Where brokers drop from the end of
/// what waits, as mosquitto does, this is noticed with the next event that finds room.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    last: HashMap<u64, u64, RandomState>,
    /// Whether some are known to go elsewhere.
    is_shared: bool,
}

impl Sequences {
    /// Takes the number of an event that has come; tells how many before it have not.
    pub(super) fn follow(&mut self, publisher: &str, topic: &str, number: Number) -> u64 {
        if self.is_shared {
            return 0;
        }
        let which = (publisher, topic, number.series);
        let which = self.last.hasher().hash_one(which);
        if let Some(last) = self.last.get_mut(&which) {
            let missed = number.count.saturating_sub(*last + 1);
            // What comes again has an earlier number.
            *last = number.count.max(*last);
            return missed;
        }
        if self.last.len() == FOLLOWED {
            self.forget();
        }
        self.last.insert(which, number.count);
        0
    }

    /// Begins anew: what was left out until now was told, or was not wanted.
    pub(super) fn forget(&mut self) {
        self.last.clear();
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

    #[test]
    fn what_is_left_out_is_counted_once() {
        let mut sequences = Sequences::default();
        let mut follow = |count| sequences.follow("p", "a/b", number(1, count));
        assert_eq!([3, 4, 7, 8].map(&mut follow), [0, 0, 2, 0]);
        assert_eq!([5, 8, 9].map(&mut follow), [0, 0, 0], "it came again");
    }

    #[test]
    fn each_publisher_topic_and_series_counts_for_itself() {
        let mut sequences = Sequences::default();
        for (publisher, topic, series, count) in [
            ("p", "a", 1, 1),
            ("p", "b", 1, 5),
            ("q", "a", 1, 9),
            ("p", "a", 2, 7),
        ] {
            assert_eq!(sequences.follow(publisher, topic, number(series, count)), 0);
        }
    }

    #[test]
    fn what_others_may_have_got_is_not_missed() {
        let mut sequences = Sequences::default();
        sequences.follow("p", "a", number(1, 1));
        sequences.share();
        assert_eq!(sequences.follow("p", "a", number(1, 5)), 0);
    }

    #[test]
    fn what_is_followed_is_bounded() {
        let mut sequences = Sequences::default();
        for n in 0..2 * FOLLOWED {
            sequences.follow("p", &n.to_string(), number(1, 1));
        }
        assert!(sequences.last.len() <= FOLLOWED);
    }
}
