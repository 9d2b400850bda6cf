//! Chapter 5: settlement and redelivery.

mod attempts;
mod dead;
mod handlers;
mod late;
mod plain;
mod room;
mod story;
mod time;

pub use attempts::*;
pub use dead::*;
pub use handlers::*;
pub use late::*;
pub use plain::*;
pub use room::*;
pub use story::*;
pub use time::*;

use trunkline_core::{Delivery, Redelivery, SettleError, SubscribeOptions};

use crate::stage::{Stage, prefetch};
use crate::{Client, Inbox};

/// What most cases of this chapter begin with: a client, and its subscription in whichever kind can
/// redeliver.
pub(crate) struct Bench {
    pub(crate) client: Client,
    pub(crate) group: String,
    pub(crate) options: SubscribeOptions,
    pub(crate) inbox: Inbox,
}

/// The key the bench listens to.
pub(crate) const KEY: &str = "orders.created";

impl Bench {
    /// A group where there are groups, a live subscription otherwise.
    pub(crate) async fn new(stage: &Stage, most: u16) -> Self {
        Self::with(stage, most, |options| options).await
    }

    pub(crate) async fn with(
        stage: &Stage,
        most: u16,
        change: impl FnOnce(SubscribeOptions) -> SubscribeOptions,
    ) -> Self {
        let client = stage.client("client").await;
        let group = stage.group("billing");
        let options = if client.capabilities().groups {
            SubscribeOptions::group(group.clone(), [stage.on(KEY)])
        } else {
            SubscribeOptions::live([stage.on(KEY)])
        };
        let options = change(options.with_prefetch(prefetch(most)));
        let inbox = client.subscribe(options.clone()).await;
        Self {
            client,
            group,
            options,
            inbox,
        }
    }

    pub(crate) fn redelivery(&self) -> Redelivery {
        self.client.capabilities().redelivery
    }

    /// Holds that the next delivery is a sentinel published now: nothing else was on its way.
    pub(crate) async fn nothing_more(&mut self, stage: &Stage) {
        let last = stage.sentinel(KEY);
        self.client.publish(&last).await;
        self.inbox.expect_acked(&last).await;
    }

    /// Holds that a nack is refused where nothing is redelivered.
    pub(crate) async fn refuses_nack(&mut self, stage: &Stage) {
        let event = stage.event(KEY);
        self.client.publish(&event).await;
        let delivery = self.inbox.expect(&event).await;
        let outcome = delivery.nack(std::time::Duration::ZERO).await;
        let refused = matches!(outcome, Err(SettleError::Unsupported { .. }));
        assert!(
            refused,
            "a nack where nothing is redelivered came out as {outcome:?}"
        );
    }
}

/// Holds that a delivery was settled.
#[track_caller]
pub(crate) fn settled(outcome: Result<(), SettleError>) {
    assert!(
        outcome.is_ok(),
        "a delivery could not be settled: {outcome:?}"
    );
}

/// Holds that an attempt's number is what the transport claims to count.
#[track_caller]
pub(crate) fn assert_attempt(client: &Client, delivery: &Delivery, number: u32) {
    use trunkline_core::AttemptCount;
    let told = delivery.attempt();
    let fits = match client.capabilities().attempt_count {
        AttemptCount::Exact => told == number,
        AttemptCount::Flag => (told > 1) == (number > 1),
        _ => told == 1,
    };
    assert!(fits, "attempt {number} is told as {told}");
}
