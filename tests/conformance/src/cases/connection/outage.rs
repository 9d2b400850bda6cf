//! C1, C10, C11: a broker that is not there.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use trunkline_core::{
    DelayId, PublishOptions, SubscribeOptions, TransportError, TransportErrorKind,
};

use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::client::within;
use crate::run::joined;
use crate::stage::Stage;

/// C1. A client that finds no broker says so at once or waits for it; either way it works once the
/// broker is there.
///
/// # Panics
/// When the promise is broken.
pub async fn a_client_gets_over_an_absent_broker(stage: &Stage) -> Outcome {
    stage.inflict(Fault::Stop).await?;
    let early = stage.try_client("early").await;
    if let Err(error) = &early {
        assert_eq!(error.kind(), TransportErrorKind::Unreachable, "{error:?}");
        assert!(error.is_retryable(), "it may be there later: {error:?}");
    }
    if let Ok(client) = &early {
        let health = client.transport().health().borrow().clone();
        assert!(!health.is_running(), "claims `{health}` without a broker");
    }
    stage.inflict(Fault::Start).await?;
    let client = match early {
        Ok(client) => client,
        Err(_) => stage.client("early").await,
    };
    client.running().await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let event = stage.event("a.b");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// C1. A client that waits for an absent broker can be closed within a second.
///
/// # Panics
/// When the promise is broken.
pub async fn a_waiting_client_can_be_closed(stage: &Stage) -> Outcome {
    stage.inflict(Fault::Stop).await?;
    if let Ok(client) = stage.try_client("waiting").await {
        let second = Duration::from_secs(1);
        let closed = client.transport().close();
        within(second, "the close of a client without a broker", closed)
            .await
            .expect("it closes");
    }
    stage.inflict(Fault::Start).await?;
    Ok(Verdict::Kept)
}

/// C10. While the broker is down a publish waits as long as it may, then says that it did not get
/// through.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_while_down_ends_by_its_deadline(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    stage.inflict(Fault::Stop).await?;
    client.not_running(stage.broker().notices_within()).await;
    let (deadline, begun) = (Duration::from_secs(1), Instant::now());
    let options = PublishOptions::new().with_timeout(deadline);
    let outcome = client.try_publish(&stage.event("a.b"), options).await;
    let Err(error) = outcome else {
        panic!("a publish without a broker was confirmed")
    };
    assert!(error.is_retryable(), "it may get through later: {error:?}");
    let slack = stage.patience() / 4;
    assert!(
        begun.elapsed() <= deadline + slack,
        "it took {:?}",
        begun.elapsed()
    );
    stage.inflict(Fault::Start).await?;
    client.running().await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let event = stage.event("a.b");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// C10. A publish begun while the broker is down gets through when it comes back in time; several
/// keep their order.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_waits_for_the_broker(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let durable = client.capabilities().groups && client.capabilities().durable_subscription;
    let options = if durable {
        SubscribeOptions::group(stage.group("g"), [stage.on("a.b")])
    } else {
        SubscribeOptions::live([stage.on("a.b")])
    };
    let mut inbox = client.subscribe(options).await;
    stage.inflict(Fault::Stop).await?;
    client.not_running(stage.broker().notices_within()).await;
    let publishing = {
        let client = client.clone();
        let events: Vec<_> = (0..10).map(|_| stage.event("a.b")).collect();
        tokio::spawn(async move {
            for event in &events {
                client.publish_until_confirmed(event).await;
            }
        })
    };
    stage.pass(Duration::from_millis(500)).await;
    assert!(
        !publishing.is_finished(),
        "ten publishes without a broker were confirmed"
    );
    stage.inflict(Fault::Start).await?;
    joined(publishing).await;
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    let tally = stage.tally(&inbox.acked_until(&last).await);
    if durable {
        // A publish whose answer was lost with the link may have been stored.
        tally.at_least_once("the subscriber", 1);
    }
    tally.in_order("the subscriber");
    Ok(Verdict::Kept)
}

/// C10. While the broker is down nobody answers in its place: what asks it waits, or says that it
/// cannot be asked.
///
/// # Panics
/// When the promise is broken.
pub async fn nobody_answers_for_a_broker_that_is_down(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    let group = stage.group("g");
    let options = if claimed.groups {
        SubscribeOptions::group(&group, [stage.on("a.b")])
    } else {
        SubscribeOptions::live([stage.on("a.b")])
    };
    let mut inbox = client.subscribe(options).await;
    let control = inbox.subscription().control();
    let transport = client.transport();
    let letters = match claimed.dead_letter && claimed.groups {
        true => Some(
            transport
                .dead_letters(&group)
                .await
                .expect("they are claimed"),
        ),
        false => None,
    };
    stage.seen_by(&client, Fault::Stop).await?;
    unanswered("bind", control.bind(stage.on("a.c"))).await;
    unanswered("unbind", control.unbind(&stage.on("a.b"))).await;
    let live = SubscribeOptions::live([stage.on("a.b")]);
    unanswered("subscribe", transport.subscribe(live)).await;
    if claimed.groups {
        let other = stage.group("other");
        unanswered("remove_group", transport.remove_group(&other)).await;
    }
    if claimed.cancel_delay {
        unanswered(
            "cancel_delayed",
            transport.cancel_delayed(&DelayId::new("1")),
        )
        .await;
    }
    if let Some(letters) = letters {
        unanswered("list", letters.list(None, 10)).await;
        unanswered("replay", letters.replay("1")).await;
        unanswered("purge", letters.purge("1")).await;
    }
    stage.inflict(Fault::Start).await?;
    client.running().await;
    control
        .bind(stage.on("a.d"))
        .await
        .expect("the broker is there again");
    let event = stage.event("a.d");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// Holds that a call does not succeed while there is nobody to ask.
async fn unanswered<T>(what: &str, call: impl Future<Output = Result<T, TransportError>>) {
    match timeout(Duration::from_millis(500), call).await {
        Err(_) => {}
        Ok(Ok(_)) => panic!("`{what}` was answered without a broker"),
        Ok(Err(error)) => assert!(error.is_retryable(), "`{what}`: {error:?}"),
    }
}

/// C11. Clients live through outage after outage, twenty at full scale, and nothing of them is left afterwards.
///
/// # Panics
/// When the promise is broken.
pub async fn flapping_leaves_nothing_behind(stage: &Stage) -> Outcome {
    let mut clients = Vec::new();
    for n in 0..stage.scale().of(20, 100) {
        let client = stage.client(&format!("client-{n}")).await;
        let key = format!("flap.{n}");
        let inbox = client
            .subscribe(SubscribeOptions::live([stage.on(&key)]))
            .await;
        clients.push((client, inbox, key));
    }
    for _ in 0..stage.scale().of(6, 20) {
        stage.inflict(Fault::Stop).await?;
        stage.pass(Duration::from_millis(250)).await;
        stage.inflict(Fault::Start).await?;
        stage.pass(Duration::from_millis(250)).await;
    }
    for (client, mut inbox, key) in clients {
        client.running().await;
        let event = stage.event(&key);
        client.publish_until_confirmed(&event).await;
        let delivery = inbox.next().await;
        assert_eq!(delivery.envelope().id(), event.id());
        let _ = delivery.ack().await;
    }
    Ok(Verdict::Kept)
}
