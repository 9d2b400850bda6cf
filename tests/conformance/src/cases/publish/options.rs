//! P13 and P14: own events, and last values.

use trunkline_core::{PublishOptions, SubscribeOptions};

use crate::case::{Outcome, Verdict};
use crate::client::assert_unsupported;
use crate::stage::Stage;

/// P13. A client gets its own events.
///
/// # Panics
/// When the promise is broken.
pub async fn own_events_are_delivered(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let event = stage.event("a.b");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// P13. A client that asks not to get its own events gets those of others alone.
///
/// # Panics
/// When the promise is broken.
pub async fn own_events_can_be_left_out(stage: &Stage) -> Outcome {
    let (client, other) = (stage.client("client").await, stage.client("other").await);
    let options = SubscribeOptions::live([stage.on("a.b")]).with_no_local(true);
    if !client.capabilities().no_local {
        assert_unsupported("`no_local`", client.try_subscribe(options).await);
        return Ok(Verdict::Refused);
    }
    let mut without = client.subscribe(options).await;
    let mut with = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let (own, foreign) = (stage.event("a.b"), stage.event("a.b"));
    client.publish(&own).await;
    other.publish(&foreign).await;
    without.expect_acked(&foreign).await;
    with.expect_acked(&own).await;
    with.expect_acked(&foreign).await;
    Ok(Verdict::Kept)
}

/// P14. A later subscriber gets the kept last value of a key first, marked as such; a cleared one
/// is gone.
///
/// # Panics
/// When the promise is broken.
pub async fn the_last_value_waits_for_later_subscribers(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let keep = || PublishOptions::new().with_retain(true);
    let (old, kept, live) = (
        stage.event("state"),
        stage.event("state"),
        stage.event("state"),
    );
    if !client.capabilities().retain {
        assert_unsupported("`retain`", client.try_publish(&old, keep()).await);
        return Ok(Verdict::Refused);
    }
    let options = || SubscribeOptions::live([stage.on("state")]);
    let mut early = client.subscribe(options()).await;
    for event in [&old, &kept] {
        client.publish_with(event, keep()).await;
        let delivery = early.expect(event).await;
        assert!(
            !delivery.is_retained(),
            "to those who were there it is a new event"
        );
        delivery.ack().await.expect("a delivery can be acked");
    }
    let mut late = client.subscribe(options()).await;
    client.publish(&live).await;
    let delivery = late.expect(&kept).await;
    assert!(delivery.is_retained(), "the kept value is not marked");
    delivery.ack().await.expect("a kept value can be acked");
    let delivery = late.expect(&live).await;
    assert!(!delivery.is_retained(), "a new event is marked as kept");
    delivery.ack().await.expect("a delivery can be acked");

    client
        .publish_with(&stage.event("state").with_body(""), keep())
        .await;
    let mut after = client.subscribe(options()).await;
    let last = stage.event("state");
    client.publish(&last).await;
    after.expect_acked(&last).await;
    Ok(Verdict::Kept)
}
