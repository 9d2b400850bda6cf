//! How often a subscription looks for deliveries.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// So many deliveries within [`NAP`] make a subscription busy.
const MANY: usize = 16;

/// With fewer deliveries in a nap than this, it is busy no more.
const FEW: usize = 8;

/// How long a busy subscription does not look: what comes meanwhile is taken at once.
const NAP: Duration = Duration::from_millis(1);

/// The least prefetch with which a subscription naps: with less, the broker might have to wait for it.
const LEAST_PREFETCH: u16 = 128;

/// Tells a subscription when to look for deliveries.
///
/// lapin wakes whoever waits at every delivery. Where many thousands come in a second, waking up costs
/// both sides more than the deliveries do (`BENCHMARKS.md`); then it is better to look once in a
/// while.
pub(super) struct Pace {
    may_nap: bool,
    /// Deliveries since `since`, or in this nap.
    taken: usize,
    since: Instant,
    /// There while it is busy.
    nap: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(super) fn new(prefetch: u16) -> Self {
        Self {
            may_nap: prefetch >= LEAST_PREFETCH,
            taken: 0,
            since: Instant::now(),
            nap: None,
        }
    }

    /// Whom lapin is to wake at the next delivery.
    pub(super) fn waker<'a>(&self, cx: &Context<'a>) -> &'a Waker {
        match self.nap {
            Some(_) => Waker::noop(),
            None => cx.waker(),
        }
    }

    /// Deliveries were taken.
    pub(super) fn took(&mut self, count: usize) {
        self.taken += count;
    }

    /// There is nothing to take. Ready when it is time to look again; until then either lapin or the
    /// clock wakes this task.
    pub(super) fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(nap) = &mut self.nap else {
            self.look_at_the_clock(cx);
            return Poll::Pending;
        };
        if nap.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let taken = std::mem::take(&mut self.taken);
        if taken < FEW {
            self.nap = None;
            self.since = Instant::now();
            // Looks once more, so that lapin wakes it from now on.
            return Poll::Ready(());
        }
        nap.as_mut().reset(Instant::now() + NAP);
        nap.as_mut().poll(cx)
    }

    /// Begins to nap if deliveries come fast.
    fn look_at_the_clock(&mut self, cx: &mut Context<'_>) {
        if self.taken < MANY || !self.may_nap {
            return;
        }
        self.taken = 0;
        let now = Instant::now();
        if now - std::mem::replace(&mut self.since, now) > NAP {
            return;
        }
        let mut nap = Box::pin(sleep(NAP));
        // Not over yet; polled, so that it wakes this task.
        if nap.as_mut().poll(cx).is_pending() {
            self.nap = Some(nap);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn is_awake(pace: &Pace, cx: &Context<'_>) -> bool {
        pace.waker(cx).will_wake(cx.waker())
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_subscription_looks_now_and_then_and_a_quiet_one_is_woken() {
        let mut pace = Pace::new(1000);
        poll_fn(|cx| {
            pace.took(MANY - 1);
            assert!(pace.poll_rest(cx).is_pending());
            assert!(is_awake(&pace, cx));
            pace.took(1);
            assert!(pace.poll_rest(cx).is_pending());
            assert!(!is_awake(&pace, cx), "many came in no time");
            Poll::Ready(())
        })
        .await;
        let begun = Instant::now();
        let mut first = true;
        poll_fn(|cx| {
            if std::mem::take(&mut first) {
                pace.took(FEW);
            }
            pace.poll_rest(cx)
        })
        .await;
        assert!(begun.elapsed() >= 2 * NAP, "it napped twice");
        poll_fn(|cx| {
            assert!(is_awake(&pace, cx), "few came in the second nap");
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_may_hold_few_deliveries_does_not_nap() {
        let mut pace = Pace::new(LEAST_PREFETCH - 1);
        poll_fn(|cx| {
            pace.took(10 * MANY);
            assert!(pace.poll_rest(cx).is_pending());
            assert!(is_awake(&pace, cx));
            Poll::Ready(())
        })
        .await;
    }
}
