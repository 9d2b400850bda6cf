//! A recorder that adds counters up, for the case about metrics.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sync::Mutex;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// A metric's name and the values of its labels.
type Id = (String, Vec<String>);

/// Counters by name and labels.
#[derive(Default)]
pub(crate) struct Counts {
    counters: Mutex<BTreeMap<Id, Arc<AtomicU64>>>,
}

impl Counts {
    /// The sum of the counters of a name that carry a label of this value; of all of them if it is
    /// empty.
    pub(crate) fn of(&self, name: &str, label: &str) -> u64 {
        let counters = self.counters.lock();
        let fits = |labels: &[String]| label.is_empty() || labels.iter().any(|l| l == label);
        let ours = counters
            .iter()
            .filter(|((n, labels), _)| n == name && fits(labels));
        ours.map(|(_, counter)| counter.load(Ordering::Relaxed))
            .sum()
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counters = self.counters.lock();
        f.debug_map()
            .entries(
                counters
                    .iter()
                    .map(|(key, counter)| (key, counter.load(Ordering::Relaxed))),
            )
            .finish()
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels = key.labels().map(|label| label.value().to_owned()).collect();
        let mut counters = self.counters.lock();
        let counter = counters.entry((key.name().to_owned(), labels)).or_default();
        Counter::from_arc(Arc::clone(counter))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
