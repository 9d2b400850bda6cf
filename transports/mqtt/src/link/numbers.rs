//! Counting what is published.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::wire::Number;

/// Topics that are counted at a time; with the next one, counting begins anew.
const TOPICS: usize = 4096;

/// Counts what goes out on each topic.
#[derive(Debug)]
pub(super) struct Numbers {
    series: u32,
    counts: HashMap<Box<[u8]>, u64, RandomState>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            series: fastrand::u32(..),
            counts: HashMap::default(),
        }
    }
}

impl Numbers {
    /// The number of the next event on a topic.
    pub(super) fn next(&mut self, topic: &[u8]) -> Number {
        if let Some(count) = self.counts.get_mut(topic) {
            *count += 1;
            let (series, count) = (self.series, *count);
            return Number { series, count };
        }
        if self.counts.len() == TOPICS {
            *self = Self::default();
        }
        self.counts.insert(topic.into(), 1);
        Number {
            series: self.series,
            count: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_is_counted_from_one() {
        let mut numbers = Numbers::default();
        let counts = ["a", "b", "a", "a"].map(|topic| numbers.next(topic.as_bytes()).count);
        assert_eq!(counts, [1, 1, 2, 3]);
    }

    #[test]
    fn more_topics_than_are_counted_begin_another_series() {
        let mut numbers = Numbers::default();
        let first = numbers.next(b"first");
        for n in 0..TOPICS {
            numbers.next(n.to_string().as_bytes());
        }
        let again = numbers.next(b"first");
        assert_eq!(again.count, 1);
        assert_ne!(again.series, first.series);
        assert!(numbers.counts.len() <= TOPICS);
    }
}
