//! G6: a member that dies or stalls with work in hand.

use tokio::sync::mpsc::UnboundedReceiver;
use trunkline_core::{AttemptCount, Delivery, Redelivery, SubscribeOptions};

use super::claims_groups;
use crate::broker::{Fault, NotOffered};
use crate::case::{Outcome, Verdict};
use crate::client::{until, within};
use crate::ledger::Mark;
use crate::reader::waiting;
use crate::stage::{Stage, prefetch};
use crate::{Client, Inbox};

/// One member holds three deliveries; another is idle, and waits.
struct Held {
    holder: Client,
    inbox: Inbox,
    in_hand: Vec<Delivery>,
    idle: Client,
    waiting: UnboundedReceiver<Delivery>,
    options: SubscribeOptions,
}

async fn three_in_hand(stage: &Stage) -> Held {
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("orders.*")]);
    let options = options.with_prefetch(prefetch(3));
    let holder = stage.client("holder").await;
    let mut inbox = holder.subscribe(options.clone()).await;
    for _ in 0..3 {
        holder.publish(&stage.event("orders.created")).await;
    }
    let in_hand = inbox.take(3).await;
    let idle = stage.client("idle").await;
    let waiting = waiting(idle.subscribe(options.clone()).await);
    Held {
        holder,
        inbox,
        in_hand,
        idle,
        waiting,
        options,
    }
}

/// The three come, marked, and nothing else is left.
async fn they_come_back(stage: &Stage, heir: &Client, mut deliveries: UnboundedReceiver<Delivery>) {
    let bound = stage.broker().notices_within() + stage.patience();
    let counted = heir.capabilities().attempt_count != AttemptCount::None;
    let mut marks = Vec::new();
    for _ in 0..3 {
        let delivery = within(bound, "the lost member's work", deliveries.recv()).await;
        let delivery = delivery.expect("the heir's supply lives");
        assert!(
            delivery.is_redelivered() || !counted,
            "it is not marked: {delivery:?}"
        );
        marks.push(Mark::of_delivery(&delivery));
        delivery.ack().await.expect("a delivery can be acked");
    }
    stage.tally(&marks).exactly_once("the heir");
    let last = stage.sentinel("orders.last");
    heir.publish(&last).await;
    let next = within(bound, "the sentinel", deliveries.recv()).await;
    let next = next.expect("the heir's supply lives");
    let (wanted, got) = (Mark::of(&last), Mark::of(next.envelope()));
    assert_eq!(got, wanted, "more came back than was lost");
    next.ack().await.expect("a delivery can be acked");
}

/// G6. What a killed member had in hand goes, marked, to whom the declaration says: at once to one
/// that waits, or to the member itself when it is back.
///
/// # Panics
/// When the promise is broken.
pub async fn a_killed_member_gives_its_work_back(stage: &Stage) -> Outcome {
    let probe = stage.client("probe").await;
    if !claims_groups(stage, &probe).await {
        return Ok(Verdict::Refused);
    }
    let held = three_in_hand(stage).await;
    stage.kill(held.holder).await?;
    drop((held.inbox, held.in_hand));
    match probe.capabilities().redelivery {
        Redelivery::None => {
            drop(held.waiting);
            held.idle.close().await;
            lost(stage, &probe, held.options).await;
            return Ok(Verdict::Refused);
        }
        Redelivery::OnReconnect => {
            drop(held.waiting);
            held.idle.close().await;
            let heir = stage.client("holder").await;
            let deliveries = waiting(heir.subscribe(held.options).await);
            they_come_back(stage, &heir, deliveries).await;
        }
        _ => they_come_back(stage, &held.idle, held.waiting).await,
    }
    Ok(Verdict::Kept)
}

/// G6. What a member behind a frozen link has in hand goes, marked, to one that waits, once the
/// silence is noticed; settling it late is an answer, and the member comes back.
///
/// # Panics
/// When the promise is broken.
pub async fn a_frozen_member_gives_its_work_back(stage: &Stage) -> Outcome {
    let probe = stage.client("probe").await;
    if !claims_groups(stage, &probe).await {
        return Ok(Verdict::Refused);
    }
    let held = three_in_hand(stage).await;
    let client = held.holder.name();
    stage.inflict(Fault::Freeze { client }).await?;
    if probe.capabilities().redelivery == Redelivery::Immediate {
        they_come_back(stage, &held.idle, held.waiting).await;
    }
    stage.inflict(Fault::Thaw { client }).await?;
    for delivery in held.in_hand {
        // Whether it was too late depends on when the silence was noticed.
        let _ = within(stage.patience(), "a late ack", delivery.ack()).await;
    }
    drop(held.inbox);
    held.holder.running().await;
    Ok(Verdict::Kept)
}

/// Where nothing is redelivered, nothing may come back: a stale declaration otherwise.
async fn lost(stage: &Stage, heir: &Client, options: SubscribeOptions) {
    let mut inbox = heir.subscribe(options).await;
    let last = stage.sentinel("orders.last");
    heir.publish(&last).await;
    let received = inbox.acked_until(&last).await;
    assert_eq!(
        received,
        [],
        "stale declaration: unsettled deliveries come back"
    );
}

/// G7. Every instance of a broadcast gets every event, and what an instance used is gone with it.
///
/// # Panics
/// When the promise is broken.
pub async fn a_broadcast_reaches_every_instance(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !publisher.capabilities().broadcast {
        let options = SubscribeOptions::live([stage.on("news")]);
        crate::client::assert_unsupported("a broadcast", publisher.try_subscribe(options).await);
        return Ok(Verdict::Refused);
    }
    let mut instances = Vec::new();
    for n in 0..3 {
        let client = stage.client(&format!("instance-{n}")).await;
        let inbox = client
            .subscribe(SubscribeOptions::live([stage.on("news")]))
            .await;
        instances.push((client, inbox));
    }
    let events: Vec<_> = (0..10).map(|_| stage.event("news")).collect();
    for event in &events {
        publisher.publish(event).await;
    }
    let last = stage.sentinel("news");
    publisher.publish(&last).await;
    for (client, mut inbox) in instances {
        stage
            .tally(&inbox.acked_until(&last).await)
            .exactly_once("an instance");
        drop(inbox);
        client.close().await;
    }
    match stage.leftovers().await {
        Err(NotOffered(_)) => {}
        Ok(_) => {
            let gone = || async {
                let left = stage.leftovers().await.unwrap_or_default();
                left.subscriptions.is_empty() && left.queues.is_empty()
            };
            until(stage.patience(), "the end of what the instances used", gone).await;
        }
    }
    Ok(Verdict::Kept)
}
