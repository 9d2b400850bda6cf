//! Counters of one service and of its handlers, taken once.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Counter, Gauge, Histogram, IntoF64, counter, gauge, histogram};
use tokio::sync::Notify;
use tokio::time::Instant;

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
    /// The lowest count of deliveries done that somebody waits for: nearly always nobody waits, and
    /// whoever does is not woken before it.
    awaited: AtomicU64,
    awaited_done: Notify,
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
            awaited: AtomicU64::new(NOBODY),
            awaited_done: Notify::new(),
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
        // Counts first, looks for waiters then; those do it the other way round, so that no two
        // miss each other.
        counted.value.fetch_add(1, Ordering::SeqCst);
        let awaited = self.awaited.load(Ordering::SeqCst);
        if awaited != NOBODY && self.done() >= awaited {
            // Whoever waits for more says so again.
            self.awaited.store(NOBODY, Ordering::SeqCst);
            self.awaited_done.notify_waiters();
        }
    }

    /// Deliveries that are done with for good.
    fn done(&self) -> u64 {
        let for_good = [
            &self.acked,
            &self.unhandled,
            &self.dead_lettered,
            &self.dropped,
        ];
        let counts = for_good.map(|counted| counted.value.load(Ordering::SeqCst));
        counts.iter().sum()
    }

    /// Waits until this many deliveries are done with for good.
    pub(crate) async fn wait_for_done(&self, count: u64) {
        loop {
            let told = self.awaited_done.notified();
            tokio::pin!(told);
            // Heard from here on: what ends while we look is not missed.
            told.as_mut().enable();
            self.awaited.fetch_min(count, Ordering::SeqCst);
            if self.done() >= count {
                return;
            }
            told.await;
        }
    }

    pub(crate) fn counted(&self, ending: &Ending) -> u64 {
        self.of(ending).value.load(Ordering::Relaxed)
    }
}

/// As a count that is awaited: none.
const NOBODY: u64 = u64::MAX;

/// How a handler's try came out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    Ok,
    Failed,
    Panicked,
    TimedOut,
}

/// Counters of one handler.
pub(crate) struct HandlerMetrics {
    ok: Counter,
    failed: Counter,
    panicked: Counter,
    timed_out: Counter,
    in_flight: Gauge,
    seconds: Histogram,
    /// Whether anybody takes the seconds: without a recorder, no clock is read for any event.
    timed: bool,
}

impl HandlerMetrics {
    pub(super) fn new(service: &str, handler: &str) -> Self {
        let labels = || {
            [
                ("service", service.to_owned()),
                ("handler", handler.to_owned()),
            ]
        };
        let handled = |outcome: &'static str| {
            let [service, handler] = labels();
            counter!(
                "trunkline_handled_total",
                &[service, handler, ("outcome", outcome.to_owned())]
            )
        };
        let seconds = histogram!("trunkline_handler_seconds", &labels());
        Self {
            ok: handled("ok"),
            failed: handled("failed"),
            panicked: handled("panicked"),
            timed_out: handled("timed_out"),
            in_flight: gauge!("trunkline_in_flight", &labels()),
            timed: is_recorded(&seconds),
            seconds,
        }
    }

    /// A try begins; gives the time if anybody wants to know it.
    pub(super) fn start(&self) -> Option<Instant> {
        self.in_flight.increment(1.0);
        self.timed.then(Instant::now)
    }

    pub(super) fn finish(&self, started: Option<Instant>, fate: Fate) {
        self.in_flight.decrement(1.0);
        if let Some(started) = started {
            self.seconds.record(started.elapsed());
        }
        let counter = match fate {
            Fate::Ok => &self.ok,
            Fate::Failed => &self.failed,
            Fate::Panicked => &self.panicked,
            Fate::TimedOut => &self.timed_out,
        };
        counter.increment(1);
    }
}

/// Whether a recorder is behind this histogram, which asks a value for its number only then.
fn is_recorded(histogram: &Histogram) -> bool {
    struct Probe<'a>(&'a Cell<bool>);

    impl IntoF64 for Probe<'_> {
        fn into_f64(self) -> f64 {
            self.0.set(true);
            0.0
        }
    }

    let asked = Cell::new(false);
    // Recorded not once, so that nobody sees it.
    histogram.record_many(Probe(&asked), 0);
    asked.get()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt;
    use metrics::HistogramFn;

    use super::*;

    #[tokio::test]
    async fn each_waits_for_its_own_count() {
        let metrics = ServiceMetrics::new("calld");
        let mut few = Box::pin(metrics.wait_for_done(1));
        let mut more = Box::pin(metrics.wait_for_done(2));
        assert!((&mut few).now_or_never().is_none());
        assert!((&mut more).now_or_never().is_none());
        metrics.count(&Ending::Retried {
            after: std::time::Duration::ZERO,
        });
        assert!(
            (&mut few).now_or_never().is_none(),
            "a retry is not the end"
        );
        metrics.count(&Ending::Acked);
        few.await;
        assert!((&mut more).now_or_never().is_none());
        metrics.count(&Ending::Dropped);
        more.await;
        metrics.wait_for_done(2).await;
    }

    #[test]
    fn a_histogram_without_a_recorder_is_known_by_its_silence() {
        struct Deaf;
        impl HistogramFn for Deaf {
            fn record(&self, value: f64) {
                panic!("{value} was recorded");
            }
        }
        assert!(!is_recorded(&Histogram::noop()));
        assert!(is_recorded(&Histogram::from_arc(Arc::new(Deaf))));
    }
}
