//! What goes wrong in a plugin, and how much of it is too much.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Generation, Outcome};
use crate::sync::lock;

/// Why a plugin is to be quarantined.
#[derive(Debug)]
pub(crate) struct Alarm {
    pub(crate) generation: u64,
    pub(crate) reason: String,
}

impl Generation {
    pub(super) fn count_panic(&self, outcome: &Outcome) {
        self.counters.panics.add(1);
        let within = Duration::from_secs(self.settings.panics_within_s);
        let mut panics = lock(&self.panics);
        panics.retain(|when| when.elapsed() < within);
        panics.push(Instant::now());
        let count = panics.len();
        drop(panics);
        if count >= self.settings.panics {
            let last = &outcome.message;
            self.raise(format!(
                "it panicked {count} times within {within:?}; last: {last}"
            ));
        }
    }

    /// Too much went wrong. Said once: a generation that is let go does not come back.
    pub(super) fn raise(&self, reason: String) {
        if self.raised.swap(true, Ordering::SeqCst) {
            return;
        }
        let generation = self.number;
        // Nobody listens once the host is gone, and then nothing is to be done.
        if self.alarm.try_send(Alarm { generation, reason }).is_err() {
            // Or many are heard first: the next fault says it again.
            self.raised.store(false, Ordering::SeqCst);
        }
    }
}
