//! A subscription under test, with bounds on every wait.

use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{Delivery, Envelope, Gap, Incoming, Subscription};

use crate::client::{in_time, within};
use crate::ledger::Mark;

/// A subscription under test. Absence is shown by what comes next on the same path, never by
/// waiting.
#[derive(Debug)]
pub struct Inbox {
    label: String,
    subscription: Subscription,
    patience: Duration,
    gaps: Vec<Gap>,
}

impl Inbox {
    pub(crate) fn new(label: String, subscription: Subscription, patience: Duration) -> Self {
        Self {
            label,
            subscription,
            patience,
            gaps: Vec::new(),
        }
    }

    /// The subscription itself.
    pub fn subscription(&mut self) -> &mut Subscription {
        &mut self.subscription
    }

    /// The gaps told so far.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Waits for the next delivery or gap; `None` once the supply has ended.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub async fn incoming(&mut self) -> Option<Incoming> {
        // On every event's way: the words are made only if they are needed.
        let incoming = match in_time(self.patience, self.subscription.next()).await {
            Some(incoming) => incoming,
            None => panic!("{}: nothing came within {:?}", self.label, self.patience),
        };
        if let Some(Incoming::Gap(gap)) = &incoming {
            self.gaps.push(gap.clone());
        }
        incoming
    }

    /// Waits for the next delivery; gaps are noted.
    ///
    /// # Panics
    /// When none comes in time, or the supply ends.
    pub async fn next(&mut self) -> Delivery {
        loop {
            match self.incoming().await {
                Some(Incoming::Delivery(delivery)) => return delivery,
                Some(_) => {}
                None => panic!(
                    "{}: the supply ended: {:?}",
                    self.label,
                    self.subscription.end()
                ),
            }
        }
    }

    /// Waits for the next delivery, which must be this event.
    ///
    /// # Panics
    /// When it is another, or none comes.
    pub async fn expect(&mut self, event: &Envelope) -> Delivery {
        let delivery = self.next().await;
        let (wanted, got) = (Mark::of(event), Mark::of(delivery.envelope()));
        assert_eq!(
            got, wanted,
            "{}: another event than the expected one",
            self.label
        );
        delivery
    }

    /// Waits for the next delivery, which must be this event, and acks it.
    ///
    /// # Panics
    /// When it is another, none comes, or it cannot be acked.
    pub async fn expect_acked(&mut self, event: &Envelope) {
        let delivery = self.expect(event).await;
        self.ack(delivery).await;
    }

    /// Takes so many deliveries and keeps them unsettled.
    ///
    /// # Panics
    /// When fewer come.
    pub async fn take(&mut self, count: usize) -> Vec<Delivery> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            taken.push(self.next().await);
        }
        taken
    }

    /// Takes so many deliveries and acks them.
    ///
    /// # Panics
    /// When fewer come, or one cannot be acked.
    pub async fn take_acked(&mut self, count: usize) -> Vec<Mark> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let delivery = self.next().await;
            taken.push(Mark::of_delivery(&delivery));
            self.ack(delivery).await;
        }
        taken
    }

    /// Takes and acks deliveries until this one, which is acked too; gives those before it.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn acked_until(&mut self, last: &Envelope) -> Vec<Mark> {
        let last = Mark::of(last);
        let mut taken = Vec::new();
        loop {
            let delivery = self.next().await;
            let mark = Mark::of_delivery(&delivery);
            self.ack(delivery).await;
            if Some(mark) == last {
                return taken;
            }
            taken.push(mark);
        }
    }

    /// Takes and acks deliveries until each of these has come, and `quiet` for as long nothing
    /// more.
    ///
    /// Only for doubles that no sentinel can follow: after a reconnect they may come behind
    /// anything.
    ///
    /// # Panics
    /// When one cannot be acked.
    pub async fn acked_until_quiet(&mut self, wanted: &[Mark], quiet: Duration) -> Vec<Mark> {
        let mut missing: std::collections::HashSet<Mark> = wanted.iter().copied().collect();
        let mut taken = Vec::new();
        loop {
            let limit = if missing.is_empty() {
                quiet
            } else {
                self.patience
            };
            match timeout(limit, self.subscription.next()).await {
                Ok(Some(Incoming::Delivery(delivery))) => {
                    let mark = Mark::of_delivery(&delivery);
                    missing.remove(&mark);
                    taken.push(mark);
                    // Late acks are an answer too; what they lose comes back and is counted.
                    let _ = delivery.ack().await;
                }
                Ok(Some(Incoming::Gap(gap))) => self.gaps.push(gap),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return taken,
            }
        }
    }

    /// Holds that nothing comes for so long: only where no sentinel can take the same path.
    ///
    /// # Panics
    /// When something comes.
    pub async fn stays_quiet(&mut self, quiet: Duration) {
        if let Ok(Some(incoming)) = timeout(quiet, self.subscription.next()).await {
            panic!("{}: expected nothing, got {incoming:?}", self.label);
        }
    }

    /// Waits until the supply has ended, giving what still came.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn until_ended(&mut self) -> Vec<Delivery> {
        let mut last = Vec::new();
        while let Some(incoming) = self.incoming().await {
            if let Incoming::Delivery(delivery) = incoming {
                last.push(delivery);
            }
        }
        last
    }

    /// Ends the subscription, in time; says how many deliveries it handed back.
    ///
    /// # Panics
    /// When that takes too long or meets trouble.
    pub async fn close(self) -> usize {
        let what = format!("the end of {}", self.label);
        match within(self.patience, what, self.subscription.close()).await {
            Ok(returned) => returned,
            Err(error) => panic!("{} ended with trouble: {error:?}", self.label),
        }
    }

    async fn ack(&mut self, delivery: Delivery) {
        match in_time(self.patience, delivery.ack()).await {
            Some(Ok(())) => {}
            Some(Err(error)) => panic!("{} could not ack: {error:?}", self.label),
            None => panic!(
                "{}: no answer to an ack within {:?}",
                self.label, self.patience
            ),
        }
    }
}
