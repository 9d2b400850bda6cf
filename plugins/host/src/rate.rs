//! How often something may happen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// So many a second: seconds are counted from the start, and each begins anew.
pub(crate) struct Rate {
    most: u32,
    begun: Instant,
    /// The second that is counted, and how many there were in it.
    state: AtomicU64,
    /// How many were too many since this was last asked for.
    refused: AtomicU64,
}

impl Rate {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            begun: Instant::now(),
            state: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// Whether one more may be; counts it either way.
    pub(crate) fn admit(&self) -> bool {
        self.admit_at(self.begun.elapsed().as_secs())
    }

    fn admit_at(&self, second: u64) -> bool {
        // Seconds and count have 32 bits each: a century, and no more are counted than may be.
        let next = |state: u64| match (state >> 32, state as u32) {
            (at, _) if at < second => Some(second << 32 | 1),
            (_, count) if count < self.most => Some(state + 1),
            _ => None,
        };
        let admitted = self
            .state
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next)
            .is_ok();
        if !admitted {
            self.refused.fetch_add(1, Ordering::SeqCst);
        }
        admitted
    }

    /// How many were too many since this was last asked.
    pub(crate) fn take_refused(&self) -> u64 {
        // Nearly always none, and that costs nothing.
        if self.refused.load(Ordering::SeqCst) == 0 {
            return 0;
        }
        self.refused.swap(0, Ordering::SeqCst)
    }

    pub(crate) fn most(&self) -> u32 {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_has_its_own() {
        let rate = Rate::new(2);
        let admitted = |second| [(); 4].map(|()| rate.admit_at(second));
        assert_eq!(admitted(0), [true, true, false, false]);
        assert_eq!(admitted(1), [true, true, false, false]);
        assert_eq!(admitted(9), [true, true, false, false]);
    }

    #[test]
    fn what_was_too_much_is_told_once() {
        let rate = Rate::new(1);
        assert_eq!(rate.take_refused(), 0);
        assert_eq!([(); 3].map(|()| rate.admit_at(5)), [true, false, false]);
        assert_eq!((rate.take_refused(), rate.take_refused()), (2, 0));
    }
}
