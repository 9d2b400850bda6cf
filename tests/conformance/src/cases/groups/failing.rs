//! G6: a member that dies or stalls with work in hand.

use trunkline_core::{Redelivery, SubscribeOptions};

use super::claims_groups;
use crate::broker::{Fault, NotOffered};
use crate::case::{Outcome, Verdict};
use crate::client::{until, within};
use crate::ledger::Mark;
use crate::stage::{Stage, prefetch};
use crate::{Client, Inbox};

/// One member holds three deliveries, another is idle.
struct Held {
    holder: Client,
    inbox: Inbox,
    in_hand: Vec<trunkline_core::Delivery>,
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
    Held {
        holder,
        inbox,
        in_hand,
        options,
    }
}

/// The three come to whom the declaration says, marked, and nothing is left.
async fn they_come_back(stage: &Stage, options: &SubscribeOptions, claimed: Redelivery) {
    let heir = match claimed {
        Redelivery::OnReconnect => stage.client("holder").await,
        _ => stage.client("idle").await,
    };
    let mut inbox = heir.subscribe(options.clone()).await;
    let bound = stage.broker().notices_within() + stage.patience();
    let counted = heir.capabilities().attempt_count != trunkline_core::AttemptCount::None;
    let mut marks = Vec::new();
    for _ in 0..3 {
        let next = async {
            loop {
                if let Some(delivery) = inbox.subscription().recv().await {
                    return delivery;
                }
            }
        };
        let delivery = within(bound, "the work of the lost member", next).await;
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
    assert_eq!(
        inbox.acked_until(&last).await,
        [],
        "more came back than was lost"
    );
}

/// G6. What a killed member had in hand goes, marked, to whom the declaration says.
///
/// # Panics
/// When the promise is broken.
pub async fn a_killed_member_gives_its_work_back(stage: &Stage) -> Outcome {
    let probe = stage.client("probe").await;
    if !claims_groups(stage, &probe).await {
        return Ok(Verdict::Refused);
    }
    let claimed = probe.capabilities().redelivery;
    let Held {
        holder,
        inbox,
        in_hand,
        options,
    } = three_in_hand(stage).await;
    stage.kill(holder).await?;
    drop((inbox, in_hand));
    match claimed {
        Redelivery::None => lost(stage, &probe, options).await,
        claimed => they_come_back(stage, &options, claimed).await,
    }
    Ok(if claimed == Redelivery::None {
        Verdict::Refused
    } else {
        Verdict::Kept
    })
}

/// G6. What a member behind a frozen link has in hand goes, marked, to whom the declaration says,
/// once the freeze is noticed.
///
/// # Panics
/// When the promise is broken.
pub async fn a_frozen_member_gives_its_work_back(stage: &Stage) -> Outcome {
    let probe = stage.client("probe").await;
    if !claims_groups(stage, &probe).await {
        return Ok(Verdict::Refused);
    }
    let claimed = probe.capabilities().redelivery;
    let Held {
        holder,
        inbox,
        in_hand,
        options,
    } = three_in_hand(stage).await;
    stage
        .inflict(Fault::Freeze {
            client: holder.name(),
        })
        .await?;
    if claimed == Redelivery::Immediate {
        they_come_back(stage, &options, claimed).await;
    }
    stage
        .inflict(Fault::Thaw {
            client: holder.name(),
        })
        .await?;
    // Too late for these: an answer, and no harm done.
    for delivery in in_hand {
        let _ = within(stage.patience(), "a late ack", delivery.ack()).await;
    }
    drop(inbox);
    holder.running().await;
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
