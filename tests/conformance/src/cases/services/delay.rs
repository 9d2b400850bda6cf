//! D1 and D2: later, or not at all.

use std::time::Duration;

use tokio::time::Instant;
use trunkline_core::{DelayId, PublishOptions, SubscribeOptions};

use crate::Client;
use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::client::assert_unsupported;
use crate::stage::Stage;

/// Clocks of brokers tick coarsely.
const EARLY: Duration = Duration::from_millis(20);

fn later(delay: Duration) -> PublishOptions {
    PublishOptions::new().with_delay(delay)
}

/// Whether delays are claimed; if not, one must be refused.
async fn claims_delay(stage: &Stage, client: &Client) -> bool {
    if client.capabilities().delay {
        return true;
    }
    let outcome = client
        .try_publish(&stage.event("a.b"), later(Duration::from_secs(1)))
        .await;
    assert_unsupported("a delay", outcome);
    false
}

/// D1. A delayed event comes when it is due, not before; a shorter delay and none at all pass it
/// by.
///
/// # Panics
/// When the promise is broken.
pub async fn a_delayed_event_comes_when_it_is_due(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_delay(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let [long, short, now] = [(); 3].map(|()| stage.event("a.b"));
    let delays = [Duration::from_secs(2), Duration::from_millis(500)];
    let begun = Instant::now();
    client.publish_with(&long, later(delays[0])).await;
    client.publish_with(&short, later(delays[1])).await;
    let told = Instant::now();
    client.publish(&now).await;
    inbox.expect_acked(&now).await;
    for (event, delay) in [(&short, delays[1]), (&long, delays[0])] {
        inbox.expect_acked(event).await;
        assert!(
            begun.elapsed() + EARLY >= delay,
            "{delay:?}: after {:?}",
            begun.elapsed()
        );
        let bound = delay + stage.patience() / 10;
        assert!(
            told.elapsed() <= bound,
            "{delay:?}: after {:?}",
            told.elapsed()
        );
    }
    Ok(Verdict::Kept)
}

/// D1. A delayed event of a durable group survives a restart of the broker.
///
/// # Panics
/// When the promise is broken.
pub async fn a_delayed_event_survives_a_restart(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    if !claims_delay(stage, &client).await || !claimed.groups || !claimed.durable_subscription {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let mut inbox = client.subscribe(options).await;
    let event = stage.event("a.b");
    let delay = Duration::from_secs(2);
    let begun = Instant::now();
    client.publish_with(&event, later(delay)).await;
    stage.inflict(Fault::Restart).await?;
    let delivery = inbox.expect(&event).await;
    assert!(
        begun.elapsed() + EARLY >= delay,
        "after {:?}",
        begun.elapsed()
    );
    let _ = delivery.ack().await;
    Ok(Verdict::Kept)
}

/// D2. A delayed event that is withdrawn in time never comes; withdrawn too late, or twice, it is
/// an answer.
///
/// # Panics
/// When the promise is broken.
pub async fn a_withdrawn_event_never_comes(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_delay(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let transport = client.transport();
    if !client.capabilities().cancel_delay {
        let outcome = transport.cancel_delayed(&DelayId::new("1")).await;
        assert_unsupported("withdrawing", outcome);
        return Ok(Verdict::Refused);
    }
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let delay = Duration::from_millis(500);
    let [withdrawn, behind] = [(); 2].map(|()| stage.author().event(&stage.key("a.b")));
    let id = client.publish_with(&withdrawn, later(delay)).await.delay_id;
    let id = id.expect("withdrawing is claimed, so there is an id");
    let due = client.publish_with(&behind, later(delay)).await.delay_id;
    assert!(
        transport.cancel_delayed(&id).await.expect("an answer"),
        "it was not due yet"
    );
    assert!(
        !transport.cancel_delayed(&id).await.expect("an answer"),
        "withdrawn twice"
    );
    // Due at the same time and published later: what was withdrawn would have come before.
    inbox.expect_acked(&behind).await;
    let due = due.expect("withdrawing is claimed, so there is an id");
    assert!(
        !transport.cancel_delayed(&due).await.expect("an answer"),
        "it was due already"
    );
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    inbox.expect_acked(&last).await;
    Ok(Verdict::Kept)
}
