//! How long to wait before connecting again.

use std::time::Duration;

/// The first wait, at most.
const FIRST: Duration = Duration::from_millis(50);
/// The longest wait: a broker that is back is found within this time.
const LONGEST: Duration = Duration::from_millis(1500);

/// Waits that double up to a limit, each shortened by chance so that many clients do not come at
/// once.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Begins as after so many failures.
    pub(super) fn after(failures: u32) -> Self {
        Self { failures }
    }

    pub(super) fn next(&mut self) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.failures.min(10));
        self.failures += 1;
        doubled.min(LONGEST).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        let mut backoff = Backoff::after(0);
        for n in 0..100 {
            let wait = backoff.next();
            assert!(wait <= LONGEST && wait >= FIRST / 2);
            assert!(n < 6 || wait >= LONGEST / 2);
        }
        assert!(Backoff::after(0).next() <= FIRST);
    }
}
