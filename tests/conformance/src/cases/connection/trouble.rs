//! C5, C9, C12, C13: frozen, blocked, moved, unconfirmed.

use std::time::Duration;

use tokio::time::Instant;
use trunkline_core::{PublishOptions, SubscribeOptions, TransportErrorKind};

use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::run::joined;
use crate::stage::Stage;

/// C5. A link that has gone silent is noticed within two heartbeats; a publish in flight ends as
/// unknown, not as a success.
///
/// # Panics
/// When the promise is broken.
pub async fn a_frozen_link_is_noticed(stage: &Stage) -> Outcome {
    let (client, other) = (stage.client("client").await, stage.client("other").await);
    let mut inbox = other
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    client.running().await;
    stage
        .inflict(Fault::Freeze {
            client: client.name(),
        })
        .await?;
    let bound = stage.broker().notices_within();
    let publishing = {
        let (client, event) = (client.clone(), stage.event("a.b"));
        let options = PublishOptions::new().with_timeout(2 * bound);
        tokio::spawn(async move { client.try_publish(&event, options).await })
    };
    client.not_running(bound + stage.patience() / 4).await;
    stage
        .inflict(Fault::Thaw {
            client: client.name(),
        })
        .await?;
    if let Err(error) = joined(publishing).await {
        assert!(
            error.is_retryable(),
            "whether it is there is not known: {error:?}"
        );
    }
    client.running().await;
    let last = stage.sentinel("a.b");
    client.publish_until_confirmed(&last).await;
    let received = inbox.acked_until(&last).await;
    stage.tally(&received).at_least_once("the other client", 1);
    Ok(Verdict::Kept)
}

/// C9. While the broker takes no publish, publishers wait and time out by their own limit, and
/// subscribers go on; then all is well again.
///
/// # Panics
/// When the promise is broken.
pub async fn a_blocked_broker_stops_publishers_alone(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let before: Vec<_> = (0..5).map(|_| stage.event("a.b")).collect();
    for event in &before {
        client.publish(event).await;
    }
    inbox.expect_acked(&before[0]).await;
    stage.inflict(Fault::Block).await?;
    let (limit, begun) = (Duration::from_secs(1), Instant::now());
    let options = PublishOptions::new().with_timeout(limit);
    let outcome = client.try_publish(&stage.event("a.b"), options).await;
    let Err(error) = outcome else {
        panic!("a blocked broker confirmed")
    };
    assert!(error.is_retryable(), "it may take it later: {error:?}");
    let took = begun.elapsed();
    assert!(
        took <= limit + stage.patience() / 4,
        "it took {took:?} to give up after {limit:?}"
    );
    for event in &before[1..] {
        inbox.expect_acked(event).await;
    }
    let waiting = {
        let (client, event) = (client.clone(), stage.event("a.b"));
        tokio::spawn(async move { client.publish(&event).await })
    };
    stage.pass(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished(), "a blocked broker confirmed");
    stage.inflict(Fault::Unblock).await?;
    joined(waiting).await;
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    let mut received = inbox.acked_until(&last).await;
    received.extend(before.iter().filter_map(crate::ledger::Mark::of));
    stage.tally(&received).exactly_once("the subscriber");
    Ok(Verdict::Kept)
}

/// C12. When the address in use stops answering, a client goes on by another it was given.
///
/// # Panics
/// When the promise is broken.
pub async fn another_address_takes_over(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    stage
        .inflict(Fault::LoseAddress {
            client: client.name(),
        })
        .await?;
    client.not_running(stage.broker().notices_within()).await;
    client.running().await;
    let event = stage.event("a.b");
    client.publish_until_confirmed(&event).await;
    let delivery = inbox.next().await;
    assert_eq!(delivery.envelope().id(), event.id());
    delivery.ack().await.expect("a delivery can be acked");
    Ok(Verdict::Kept)
}

/// C13. A publish whose confirm is lost is unknown or tried again; what arrives twice arrives with
/// the same id.
///
/// # Panics
/// When the promise is broken.
pub async fn a_lost_confirm_doubles_with_the_same_id(stage: &Stage) -> Outcome {
    let (client, reader) = (stage.client("client").await, stage.client("reader").await);
    let mut inbox = reader
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    stage
        .inflict(Fault::LoseConfirm {
            client: client.name(),
        })
        .await?;
    let event = stage.event("a.b");
    let options = PublishOptions::new().with_timeout(stage.patience() / 4);
    match client.try_publish(&event, options).await {
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.kind(), TransportErrorKind::Unknown, "{error:?}");
            client.publish_until_confirmed(&event).await;
        }
    }
    let last = stage.sentinel("a.b");
    client.publish_until_confirmed(&last).await;
    let first = inbox.next().await;
    assert_eq!(first.envelope().id(), event.id(), "the event, by its id");
    first.ack().await.expect("a delivery can be acked");
    loop {
        let next = inbox.next().await;
        let id = next.envelope().id().cloned();
        next.ack().await.expect("a delivery can be acked");
        if id.as_ref() == last.id() {
            break;
        }
        assert_eq!(id.as_ref(), event.id(), "a double has another id");
    }
    Ok(Verdict::Kept)
}
