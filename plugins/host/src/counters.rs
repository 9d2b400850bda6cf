//! What is counted of a plugin, over all its generations.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{Counter, counter};
use serde::Serialize;

use crate::cpu::CpuTime;
use crate::sync::lock;

/// Most names of metrics that one plugin may have.
const MAX_METRICS: usize = 64;

/// A number for whoever lists plugins, and for whoever collects metrics.
pub(crate) struct Count {
    value: AtomicU64,
    metric: Counter,
}

impl Count {
    pub(crate) fn add(&self, more: u64) {
        self.value.fetch_add(more, Ordering::Relaxed);
        self.metric.increment(more);
    }

    pub(crate) fn get(&self) -> u64 {
        self.value.load(Ordering::Relaxed)
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident => $label:literal;)*) => {
        /// What is counted of a plugin, over all its generations.
        pub(crate) struct Counters {
            $(pub(crate) $name: Count,)*
            /// Both `calls` and `done`, of events that were done when their handler returned: counting
            /// is a good part of what such an event costs.
            at_once: AtomicU64,
            /// Of the threads of its pools.
            pub(crate) cpu: Arc<CpuTime>,
            metrics: Mutex<BTreeSet<String>>,
        }

        impl Counters {
            pub(crate) fn new(plugin: &str) -> Self {
                Self {
                    $($name: Count {
                        value: AtomicU64::new(0),
                        metric: counter!("trunkline_plugin_total", "plugin" => plugin.to_owned(), "what" => $label),
                    },)*
                    at_once: AtomicU64::new(0),
                    cpu: Arc::default(),
                    metrics: Mutex::default(),
                }
            }

            pub(crate) fn numbers(&self) -> PluginCounts {
                let mut counts = PluginCounts { $($name: self.$name.get(),)* };
                let at_once = self.at_once.load(Ordering::Relaxed);
                counts.calls += at_once;
                counts.done += at_once;
                counts
            }
        }

        /// What was counted of a plugin since it was first loaded.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
        #[non_exhaustive]
        pub struct PluginCounts {
            $($(#[$doc])* pub $name: u64,)*
        }
    };
}

counters! {
    /// Events its handlers were given.
    calls => "calls";
    /// Events its handlers are done with.
    done => "done";
    /// Events its handlers failed on, to be tried again or rejected.
    failed => "failed";
    /// Events it was not done with in time.
    timeouts => "timeouts";
    /// Times it panicked.
    panics => "panics";
    /// Events refused because too many waited while it finished nothing.
    overflows => "overflows";
    /// Events it was not given because they are larger than it may be given.
    too_large => "too_large";
    /// Completions that came when nobody waited any more, or twice, or with a token that is none.
    late => "late";
    /// Events handed back because a new version took its place before they were done.
    handed_back => "handed_back";
    /// Events it published.
    published => "published";
    /// Events it was not allowed to publish.
    denied => "denied";
    /// Events it could not publish because too many were on their way.
    limited => "limited";
    /// Events it published that could not be written or were not taken.
    refused => "refused";
    /// Lines it logged that were dropped because there were too many.
    dropped_logs => "dropped_logs";
    /// Threads that never came back from a handler.
    lost_threads => "lost_threads";
    /// Versions of it that ended; each keeps its mapping.
    retired => "retired";
}

impl Counters {
    /// An event was done when its handler returned.
    pub(crate) fn count_done_at_once(&self) {
        self.at_once.fetch_add(1, Ordering::Relaxed);
        self.calls.metric.increment(1);
        self.done.metric.increment(1);
    }

    /// Events that came to their end.
    pub(crate) fn finished(&self) -> u64 {
        self.at_once.load(Ordering::Relaxed) + self.done.get() + self.failed.get()
    }

    /// Whether a metric of this name is kept: there may not be too many.
    pub(crate) fn takes_metric(&self, name: &str) -> bool {
        let mut metrics = lock(&self.metrics);
        if metrics.contains(name) {
            return true;
        }
        let takes = metrics.len() < MAX_METRICS && !name.is_empty() && name.len() <= 64;
        if takes {
            metrics.insert(name.to_owned());
        }
        takes
    }
}
