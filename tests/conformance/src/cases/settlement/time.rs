//! S8 and S16: waiting to be tried again, and waiting too long.

use std::time::Duration;

use tokio::time::Instant;
use trunkline_core::{PublishOptions, Redelivery};

use super::{Bench, KEY, settled};
use crate::case::{Outcome, Verdict};
use crate::client::assert_unsupported;
use crate::stage::Stage;

/// S8. A delivery that waits long for its next attempt holds up neither one that waits shortly nor
/// a fresh one.
///
/// # Panics
/// When the promise is broken.
pub async fn a_long_wait_holds_up_no_shorter_one(stage: &Stage) -> Outcome {
    let (long, short) = (Duration::from_secs(3), Duration::from_millis(500));
    // Clocks of brokers tick coarsely.
    let early = Duration::from_millis(20);
    let mut bench = Bench::new(stage, 10).await;
    if bench.redelivery() == Redelivery::None {
        bench.refuses_nack(stage).await;
        return Ok(Verdict::Refused);
    }
    let [first, second, third] = [(); 3].map(|()| stage.event(KEY));
    bench.client.publish(&first).await;
    bench.client.publish(&second).await;
    let mut in_hand = bench.inbox.take(2).await.into_iter();
    let begun = Instant::now();
    for wait in [long, short] {
        settled(in_hand.next().expect("two were taken").nack(wait).await);
    }
    let told = Instant::now();
    bench.client.publish(&third).await;
    bench.inbox.expect_acked(&third).await;
    assert!(
        begun.elapsed() < short,
        "the fresh one waited {:?}",
        begun.elapsed()
    );
    bench.inbox.expect_acked(&second).await;
    assert!(
        begun.elapsed() + early >= short,
        "too early: {:?}",
        begun.elapsed()
    );
    assert!(
        told.elapsed() < long,
        "the short wait took {:?}",
        told.elapsed()
    );
    bench.inbox.expect_acked(&first).await;
    assert!(
        begun.elapsed() + early >= long,
        "too early: {:?}",
        begun.elapsed()
    );
    assert!(
        told.elapsed() < long + stage.patience() / 4,
        "{:?} for {long:?}",
        told.elapsed()
    );
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S16. An event that waited longer than it may is not delivered; one that may wait for ever is.
///
/// # Panics
/// When the promise is broken.
pub async fn an_expired_event_is_not_delivered(stage: &Stage) -> Outcome {
    let bench = Bench::new(stage, 10).await;
    let (soon, never) = (stage.author(), stage.event(KEY));
    let soon = soon
        .event(&stage.key(KEY))
        .with_expiration(Duration::from_secs(1));
    let claimed = bench.client.capabilities();
    if !claimed.expiry {
        let outcome = bench.client.try_publish(&soon, PublishOptions::new()).await;
        assert_unsupported("expiry", outcome);
        return Ok(Verdict::Refused);
    }
    if !claimed.groups || !claimed.durable_subscription {
        return Ok(Verdict::Refused);
    }
    bench.inbox.close().await;
    bench.client.publish(&soon).await;
    bench.client.publish(&never).await;
    let late = stage
        .author()
        .event(&stage.key(KEY))
        .with_expiration(Duration::from_secs(60));
    bench.client.publish(&late).await;
    stage.pass(Duration::from_secs(2)).await;
    let mut inbox = bench.client.subscribe(bench.options).await;
    inbox.expect_acked(&never).await;
    inbox.expect_acked(&late).await;
    let last = stage.sentinel(KEY);
    bench.client.publish(&last).await;
    inbox.expect_acked(&last).await;
    Ok(Verdict::Kept)
}

/// S16. An event that may wait a while is delivered at once to a subscriber that is there.
///
/// # Panics
/// When the promise is broken.
pub async fn an_event_that_may_expire_is_delivered_in_time(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    if !bench.client.capabilities().expiry {
        return Ok(Verdict::Refused);
    }
    let event = stage.event(KEY).with_expiration(Duration::from_secs(30));
    bench.client.publish(&event).await;
    let delivery = bench.inbox.expect(&event).await;
    // In hand it expires no more.
    stage.pass(Duration::from_millis(200)).await;
    settled(delivery.ack().await);
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}
