//! Counters of one service, taken once.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Counter, counter};
use tokio::sync::Notify;

use crate::observe::Ending;

/// Counters of one service.
pub(crate) struct ServiceMetrics {
    acked: Counted,
    unhandled: Counted,
    retried: Counted,
    dead_lettered: Counted,
    dropped: Counted,
    handed_back: Counted,
    pub(crate) settle_failed: Counter,
    pub(crate) gaps: Counter,
    /// Deliveries that are done with for good.
    done: AtomicU64,
    one_more_done: Notify,
}

/// A counter that can also be read, for the service's own summary.
struct Counted {
    metric: Counter,
    value: AtomicU64,
}

impl ServiceMetrics {
    pub(crate) fn new(service: &str) -> Self {
        let settled = |ending: &'static str| Counted {
            metric: counter!(
                "trunkline_settled_total", "service" => service.to_owned(), "ending" => ending
            ),
            value: AtomicU64::new(0),
        };
        Self {
            acked: settled("acked"),
            unhandled: settled("unhandled"),
            retried: settled("retried"),
            dead_lettered: settled("dead_lettered"),
            dropped: settled("dropped"),
            handed_back: settled("handed_back"),
            settle_failed: counter!(
                "trunkline_settle_failed_total", "service" => service.to_owned()
            ),
            gaps: counter!("trunkline_gaps_total", "service" => service.to_owned()),
            done: AtomicU64::new(0),
            one_more_done: Notify::new(),
        }
    }

    fn of(&self, ending: &Ending) -> &Counted {
        match ending {
            Ending::Acked => &self.acked,
            Ending::Unhandled => &self.unhandled,
            Ending::Retried { .. } => &self.retried,
            Ending::DeadLettered { .. } => &self.dead_lettered,
            Ending::Dropped => &self.dropped,
            Ending::HandedBack => &self.handed_back,
        }
    }

    pub(crate) fn count(&self, ending: &Ending) {
        let counted = self.of(ending);
        counted.metric.increment(1);
        counted.value.fetch_add(1, Ordering::Relaxed);
        if !matches!(ending, Ending::Retried { .. } | Ending::HandedBack) {
            self.done.fetch_add(1, Ordering::Release);
            self.one_more_done.notify_waiters();
        }
    }

    /// Waits until this many deliveries are done with for good.
    pub(crate) async fn wait_for_done(&self, count: u64) {
        loop {
            let told = self.one_more_done.notified();
            tokio::pin!(told);
            // Heard from here on: what ends while we look is not missed.
            told.as_mut().enable();
            if self.done.load(Ordering::Acquire) >= count {
                return;
            }
            told.await;
        }
    }

    pub(crate) fn counted(&self, ending: &Ending) -> u64 {
        self.of(ending).value.load(Ordering::Relaxed)
    }
}
