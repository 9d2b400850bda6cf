//! X1, X4 to X6: the end of a client, however it comes.

use std::time::Duration;

use tokio::task::JoinSet;
use trunkline_core::{
    DelayId, Overflow, PublishOptions, Redelivery, SubscribeOptions, TransportError,
    TransportErrorKind,
};

use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::{assert_kind, until, within};
use crate::run::joined;
use crate::stage::{Stage, prefetch};

/// X1. Close returns in time from three tasks at once, and again, whatever the client is doing.
///
/// # Panics
/// When the promise is broken.
pub async fn closing_any_way_returns_in_time(stage: &Stage) -> Outcome {
    let disconnected = [None, Some(Fault::Stop)];
    for fault in disconnected {
        let client = stage.client("client").await;
        let mut inbox = client
            .subscribe(SubscribeOptions::live([stage.on("a.*")]))
            .await;
        client.publish(&stage.event("a.b")).await;
        let in_hand = inbox.next().await;
        if let Some(fault) = fault
            && stage.broker().inflict(fault).await.is_err()
        {
            break;
        }
        let mut tasks = JoinSet::new();
        for _ in 0..5 {
            let (client, author, key) = (client.clone(), stage.author(), stage.key("a.b"));
            tasks.spawn(async move {
                loop {
                    let options = PublishOptions::new().with_timeout(Duration::from_secs(2));
                    let outcome = client.try_publish(&author.event(&key), options).await;
                    match outcome {
                        Ok(_) => tokio::time::sleep(Duration::from_millis(1)).await,
                        Err(error) if error.kind() == TransportErrorKind::Closed => return,
                        Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                    }
                }
            });
        }
        tasks.spawn(async move {
            while let Some(delivery) = inbox.subscription().recv().await {
                // Its link may be gone by now, which is an answer.
                let _ = delivery.ack().await;
            }
        });
        stage.pass(Duration::from_millis(20)).await;
        for _ in 0..3 {
            let client = client.clone();
            tasks.spawn(async move { client.close().await });
        }
        let what = format!("the end of everything, fault {fault:?}");
        let ended = async {
            while let Some(task) = tasks.join_next().await {
                task.expect("a task")
            }
        };
        within(stage.patience(), what, ended).await;
        client.close().await;
        drop(in_hand);
        stage.drop_client(client);
    }
    let _ = stage.broker().inflict(Fault::Start).await;
    Ok(Verdict::Kept)
}

/// X1. A publish that waits for room, and a subscriber that waits for an event, end when their
/// client is closed.
///
/// # Panics
/// When the promise is broken.
pub async fn a_waiting_publish_ends_with_the_close(stage: &Stage) -> Outcome {
    let (client, holder) = (stage.client("client").await, stage.client("holder").await);
    let mut idle = client
        .subscribe(SubscribeOptions::live([stage.on("nothing")]))
        .await;
    let ended = tokio::spawn(async move { idle.until_ended().await.len() });
    let claimed = client.capabilities();
    let bounded = claimed.flow_control && claimed.durable_subscription;
    let mut waiting = None;
    if claims_groups(stage, &client).await && bounded {
        let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
        let options = options.with_max_unread(1).with_overflow(Overflow::Wait);
        holder.subscribe(options).await.close().await;
        client.publish(&stage.event("a.b")).await;
        let (client, event) = (client.clone(), stage.event("a.b"));
        let options = PublishOptions::new().with_timeout(10 * stage.patience());
        waiting = Some(tokio::spawn(async move {
            client.transport().publish(event, options).await
        }));
    }
    stage.pass(Duration::from_millis(50)).await;
    client.close().await;
    if let Some(waiting) = waiting {
        let outcome = within(stage.patience(), "the waiting publish", joined(waiting)).await;
        assert_kind("a publish that waited", outcome, TransportErrorKind::Closed);
    }
    let came = within(stage.patience(), "the idle subscriber", joined(ended)).await;
    assert_eq!(came, 0, "nothing was published for it");
    Ok(Verdict::Kept)
}

/// X4. After close every call says that it is closed, and every stream has ended.
///
/// # Panics
/// When the promise is broken.
pub async fn everything_after_close_is_closed(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let live = SubscribeOptions::live([stage.on("a.b")]);
    let mut inboxes = vec![client.subscribe(live.clone()).await];
    let group = stage.group("g");
    if claims_groups(stage, &client).await {
        let options = SubscribeOptions::group(&group, [stage.on("a.b")]);
        inboxes.push(client.subscribe(options).await);
    }
    client.close().await;
    assert_eq!(client.transport().health().borrow().as_str(), "closed");
    for mut inbox in inboxes {
        for delivery in inbox.until_ended().await {
            delivery.hand_back();
        }
        let control = inbox.subscription().control();
        closed("bind", control.bind(stage.on("a.c")).await, true);
        closed("unbind", control.unbind(&stage.on("a.b")).await, true);
    }
    let (transport, claimed) = (client.transport(), client.capabilities());
    let event = stage.event("a.b");
    let publish = client.try_publish(&event, PublishOptions::new()).await;
    closed("publish", publish, true);
    closed("subscribe", client.try_subscribe(live).await, true);
    let remove = transport.remove_group(&group).await;
    closed("remove_group", remove, claimed.groups);
    let cancel = transport.cancel_delayed(&DelayId::new("1")).await;
    closed("cancel_delayed", cancel, claimed.cancel_delay);
    let letters = transport.dead_letters(&group).await;
    closed("dead_letters", letters, claimed.dead_letter);
    client.close().await;
    Ok(Verdict::Kept)
}

/// Holds that a call says that the transport is closed; or, if it is not claimed, that it is not
/// offered.
fn closed<T>(what: &str, outcome: Result<T, TransportError>, claimed: bool) {
    let Err(error) = outcome else {
        panic!("{what} worked after close")
    };
    let fits = error.kind() == TransportErrorKind::Closed
        || !claimed && error.kind() == TransportErrorKind::Unsupported;
    assert!(fits, "{what} after close: {error:?}");
}

/// X5. A transport dropped without close leaves nothing at the broker, and its work goes to the
/// others.
///
/// # Panics
/// When the promise is broken.
pub async fn a_transport_dropped_without_close_leaves_nothing(stage: &Stage) -> Outcome {
    let heir = stage.client("heir").await;
    let before = stage.leftovers().await?;
    let client = stage.client("dropped").await;
    let live = client
        .subscribe(SubscribeOptions::live([stage.on("news")]))
        .await;
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let mut event = None;
    if claims_groups(stage, &heir).await {
        let mut member = client.subscribe(options.clone()).await;
        let unsettled = stage.event("a.b");
        heir.publish(&unsettled).await;
        drop(member.expect(&unsettled).await);
        event = Some(unsettled);
    }
    drop(live);
    stage.drop_client(client);
    let gone = || async {
        let left = stage.leftovers().await.unwrap_or_default();
        let (connections, subscriptions) = (&left.connections, &left.subscriptions);
        connections.len() <= before.connections.len()
            && subscriptions.len() <= before.subscriptions.len()
            && left.unsettled == 0
    };
    let bound = stage.broker().notices_within() + stage.patience();
    until(bound, "the end of what the dropped client had", gone).await;
    if let Some(event) = event.filter(|_| heir.capabilities().redelivery == Redelivery::Immediate) {
        heir.subscribe(options).await.expect_acked(&event).await;
    }
    Ok(Verdict::Kept)
}

/// X6. What a dropped stream had not handed out reaches the next subscriber, in order and as first
/// attempts.
///
/// # Panics
/// When the promise is broken.
pub async fn a_dropped_stream_gives_back_what_it_held(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    if !claims_groups(stage, &client).await || claimed.redelivery == Redelivery::None {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_prefetch(prefetch(10));
    let mut first = client.subscribe(options.clone()).await;
    let events: Vec<_> = (0..20).map(|_| stage.event("a.b")).collect();
    for event in &events {
        client.publish(event).await;
    }
    // One is asked for, so that others are in the stream's own hands.
    first.expect_acked(&events[0]).await;
    drop(first);
    let mut second = client.subscribe(options).await;
    let mut received = vec![crate::ledger::Mark::of(&events[0]).expect("numbered by us")];
    for _ in &events[1..] {
        let delivery = second.next().await;
        if claimed.attempt_count == trunkline_core::AttemptCount::Exact {
            assert_eq!(delivery.attempt(), 1, "nobody has seen it yet");
        }
        received.push(crate::ledger::Mark::of_delivery(&delivery));
        delivery.ack().await.expect("a delivery can be acked");
    }
    let tally = stage.tally(&received);
    tally.exactly_once("the group");
    if claimed.ordering == trunkline_core::Ordering::PerSubscription {
        tally.in_order("the group");
    }
    Ok(Verdict::Kept)
}
