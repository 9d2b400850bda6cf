//! When a failed delivery is tried again, and how often.

use std::num::NonZeroU32;
use std::time::Duration;

/// When a failed delivery is tried again, and how often.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use trunkline_core::RetryPolicy;
///
/// let policy = RetryPolicy::ladder([Duration::from_secs(1), Duration::from_secs(10)])
///     .with_max_attempts(4)
///     .without_jitter();
/// let waits: Vec<_> = (1..=4).map(|attempt| policy.wait_after(attempt)).collect();
/// let seconds = |s| Some(Duration::from_secs(s));
/// assert_eq!(waits, [seconds(1), seconds(10), seconds(10), None]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first included. Default 5.
    pub max_attempts: NonZeroU32,
    /// The wait after each failed attempt; the last step repeats. Default 0.5, 2, 10, 60 s.
    pub steps: Vec<Duration>,
    /// Each wait is spread by up to this share of itself, both ways, so that what failed together
    /// does not return together. Default 0.2.
    pub jitter: f64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: NonZeroU32::new(5).expect("5 is not zero"),
            steps: [500, 2_000, 10_000, 60_000]
                .map(Duration::from_millis)
                .into(),
            jitter: 0.2,
        }
    }
}

impl RetryPolicy {
    /// Waits by these steps, the last of them repeating; one attempt more than there are steps.
    pub fn ladder(steps: impl IntoIterator<Item = Duration>) -> Self {
        let steps: Vec<_> = steps.into_iter().collect();
        let attempts = u32::try_from(steps.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        Self {
            steps,
            ..Self::default()
        }
        .with_max_attempts(attempts)
    }

    /// Never tries again: a failure is a dead letter at once.
    pub fn none() -> Self {
        Self::ladder([])
    }

    /// Sets the attempts in all; zero counts as one.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN);
        self
    }

    /// Waits exactly as the steps say.
    #[must_use]
    pub fn without_jitter(mut self) -> Self {
        self.jitter = 0.0;
        self
    }

    /// The wait after this many failed attempts; `None` when there is to be no further one.
    pub fn wait_after(&self, attempts: u32) -> Option<Duration> {
        if attempts >= self.max_attempts.get() {
            return None;
        }
        let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = self
            .steps
            .get(step)
            .or(self.steps.last())
            .copied()
            .unwrap_or_default();
        if self.jitter <= 0.0 {
            return Some(wait);
        }
        let spread = 1.0 + self.jitter.min(1.0) * (2.0 * fastrand::f64() - 1.0);
        Some(wait.mul_f64(spread))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_spreads_both_ways_and_stays_within_its_share() {
        let policy = RetryPolicy::ladder([Duration::from_secs(10)]);
        let waits: Vec<_> = (0..1000).filter_map(|_| policy.wait_after(1)).collect();
        let (low, high) = (Duration::from_secs(8), Duration::from_secs(12));
        assert!(waits.iter().all(|wait| (low..=high).contains(wait)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_secs(9)));
        assert!(waits.iter().any(|wait| *wait > Duration::from_secs(11)));
    }

    #[test]
    fn no_policy_waits_after_its_last_attempt() {
        assert_eq!(RetryPolicy::none().wait_after(1), None);
        assert_eq!(RetryPolicy::default().wait_after(5), None);
        assert_eq!(RetryPolicy::default().wait_after(u32::MAX), None);
        assert_eq!(
            RetryPolicy::none().with_max_attempts(0).max_attempts.get(),
            1
        );
    }
}
