//! How long to wait before connecting again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
/// So that a broker that is back after any time is noticed within two seconds.
const MOST: Duration = Duration::from_millis(1500);

/// Waits that grow up to a cap, each spread so that clients lost together do not return together.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { next: FIRST }
    }

    pub(super) fn reset(&mut self) {
        self.next = FIRST;
    }

    /// The next wait, a quarter less or more.
    pub(super) fn wait(&mut self) -> Duration {
        let wait = self.next.mul_f64(0.75 + fastrand::f64() / 2.0);
        self.next = (self.next * 2).min(MOST);
        wait.min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_cap_and_begin_again_after_success() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..20).map(|_| backoff.wait()).collect();
        assert!(waits[0] <= FIRST.mul_f64(1.25));
        assert!(waits[10..].iter().all(|wait| *wait >= MOST.mul_f64(0.75)));
        assert!(waits.iter().all(|wait| *wait <= MOST));
        backoff.reset();
        assert!(backoff.wait() <= FIRST.mul_f64(1.25));
    }
}
