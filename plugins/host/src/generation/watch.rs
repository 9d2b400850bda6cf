//! Handlers that are called on the dispatcher's thread must never wait: one that does is found out.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A call that takes this long holds up every event of the service.
const LONG: Duration = Duration::from_millis(1);
/// So many long calls, one after the other, are no accident of the machine's.
const MOST: u32 = 3;
/// Quick handlers have one call in so many measured: looking at the clock costs more than calling.
const EVERY: u32 = 16;

/// How long one handler takes.
#[derive(Default)]
pub(super) struct Watch {
    /// Calls until one is measured. Counted loosely: threads may measure one more or less.
    left: AtomicU32,
    long: AtomicU32,
    demoted: AtomicBool,
}

impl Watch {
    /// Whether its calls have to be made elsewhere.
    pub(super) fn is_demoted(&self) -> bool {
        self.demoted.load(Ordering::Relaxed)
    }

    /// A call begins; when, if it is measured.
    pub(super) fn begin(&self) -> Option<Instant> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Some(Instant::now());
        }
        self.left.store(left - 1, Ordering::Relaxed);
        None
    }

    /// A call has ended; true if it was one long call too many.
    pub(super) fn end(&self, begun: Option<Instant>) -> bool {
        begun.is_some_and(|begun| self.took(begun.elapsed()))
    }

    fn took(&self, time: Duration) -> bool {
        if time < LONG {
            self.left.store(EVERY - 1, Ordering::Relaxed);
            self.long.store(0, Ordering::Relaxed);
            return false;
        }
        // The next is measured too.
        let long = self.long.fetch_add(1, Ordering::Relaxed) + 1;
        long >= MOST && !self.demoted.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_long_calls_in_a_row_are_too_many_and_told_once() {
        let watch = Watch::default();
        let told = [LONG, LONG, LONG, LONG].map(|time| watch.took(time));
        assert_eq!(told, [false, false, true, false]);
        assert!(watch.is_demoted());
    }

    #[test]
    fn a_quick_call_in_between_starts_anew() {
        let watch = Watch::default();
        let told = [LONG, LONG, Duration::ZERO, LONG, LONG].map(|time| watch.took(time));
        assert_eq!(told, [false; 5]);
        assert!(!watch.is_demoted());
    }

    #[test]
    fn a_quick_handler_is_rarely_measured_and_a_long_one_each_time() {
        let watch = Watch::default();
        assert!(watch.begin().is_some());
        watch.took(Duration::ZERO);
        let measured = (0..2 * EVERY).filter(|_| {
            let begun = watch.begin();
            watch.end(begun);
            begun.is_some()
        });
        assert_eq!(measured.count(), 2);
        while watch.begin().is_none() {}
        watch.took(LONG);
        assert!(watch.begin().is_some());
    }
}
