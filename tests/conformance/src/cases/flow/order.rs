//! O1, O3, O4: order.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use trunkline_core::{Ordering, Redelivery, SubscribeOptions};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::reader::Reader;
use crate::stage::{Stage, prefetch};

/// O1. What one publisher sends with one key arrives in order.
///
/// # Panics
/// When the promise is broken.
pub async fn one_publisher_is_in_order(stage: &Stage) -> Outcome {
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    let events = stage.scale().of(2_000, 10_000);
    let options = SubscribeOptions::live([stage.on("a.b")]).with_max_unread(events + 10);
    let mut inbox = subscriber.subscribe(options).await;
    let last = stage.sentinel("a.b");
    let author = stage.author();
    let all: Vec<_> = (0..events)
        .map(|_| author.event(&stage.key("a.b")))
        .collect();
    let publishing = {
        let last = last.clone();
        tokio::spawn(async move {
            for event in all.iter().chain([&last]) {
                publisher.publish(event).await;
            }
        })
    };
    let received = inbox.acked_until(&last).await;
    crate::run::joined(publishing).await;
    let tally = stage.tally(&received);
    tally.exactly_once("the subscriber");
    if subscriber.capabilities().ordering == Ordering::None {
        return Ok(Verdict::Refused);
    }
    tally.in_order("the subscriber");
    Ok(Verdict::Kept)
}

/// O1, of publishes that overlap: in the order in which they were begun, however many are on their way.
///
/// # Panics
/// When the promise is broken.
pub async fn publishes_that_overlap_keep_their_order(stage: &Stage) -> Outcome {
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    const ON_THEIR_WAY: [usize; 3] = [2, 8, 100];
    let each = stage.scale().of(500, 5_000);
    let most = ON_THEIR_WAY.len() * each + 10;
    let options = SubscribeOptions::live([stage.on("a.b")]).with_max_unread(most);
    let mut inbox = subscriber.subscribe(options).await;
    let last = stage.sentinel("a.b");
    let author = stage.author();
    let (key, end) = (stage.key("a.b"), last.clone());
    let publishing = tokio::spawn(async move {
        for on_their_way in ON_THEIR_WAY {
            let events: Vec<_> = (0..each).map(|_| author.event(&key)).collect();
            let publishes = stream::iter(events).map(|event| {
                let publisher = publisher.clone();
                async move { publisher.publish(&event).await }
            });
            let publishes = publishes.buffered(on_their_way);
            publishes.for_each(|_| async {}).await;
        }
        publisher.publish(&end).await;
    });
    let received = inbox.acked_until(&last).await;
    crate::run::joined(publishing).await;
    let tally = stage.tally(&received);
    tally.exactly_once("the subscriber");
    if subscriber.capabilities().ordering == Ordering::None {
        return Ok(Verdict::Refused);
    }
    tally.in_order("the subscriber");
    Ok(Verdict::Kept)
}

/// O3. What comes back when a subscription ends comes before what was behind it, where order is
/// claimed.
///
/// # Panics
/// When the promise is broken.
pub async fn what_comes_back_comes_in_its_place(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    if !claims_groups(stage, &client).await || claimed.redelivery != Redelivery::Immediate {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_prefetch(prefetch(5));
    let mut first = client.subscribe(options.clone()).await;
    for _ in 0..20 {
        client.publish(&stage.event("a.b")).await;
    }
    let mut in_hand = first.take(3).await;
    let acked = crate::ledger::Mark::of_delivery(&in_hand[0]);
    in_hand
        .remove(0)
        .ack()
        .await
        .expect("a delivery can be acked");
    first.close().await;
    // Last first, as a dispatcher hands back: each goes in front of the one before.
    in_hand
        .into_iter()
        .rev()
        .for_each(trunkline_core::Delivery::hand_back);
    let mut second = client.subscribe(options).await;
    let mut received = vec![acked];
    received.extend(second.take_acked(19).await);
    let tally = stage.tally(&received);
    tally.exactly_once("the group");
    if claimed.ordering == Ordering::None {
        return Ok(Verdict::Refused);
    }
    tally.in_order("the group");
    Ok(Verdict::Kept)
}

/// O4. Over reconnects of publisher and subscriber, first arrivals of one publisher never go
/// backwards.
///
/// # Panics
/// When the promise is broken.
pub async fn first_passes_never_go_backwards_over_reconnects(stage: &Stage) -> Outcome {
    let (publisher, member) = (
        stage.client("publisher").await,
        stage.client("member").await,
    );
    let claimed = member.capabilities().clone();
    let safe = claimed.durable_subscription && claimed.redelivery != Redelivery::None;
    if !claims_groups(stage, &member).await || !safe {
        return Ok(Verdict::Refused);
    }
    const CUTS: usize = 6;
    let events = stage.scale().of(300, 3_000);
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_prefetch(prefetch(10)).with_max_unread(100_000);
    let reader = Reader::spawn(member.subscribe(options).await);
    let publishing = {
        let (publisher, author, key) = (publisher.clone(), stage.author(), stage.key("a.b"));
        tokio::spawn(async move {
            for _ in 0..events {
                publisher.publish_until_confirmed(&author.event(&key)).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
    };
    for cut in 0..CUTS {
        let part = (cut + 1) * events / (CUTS + 1);
        let reached = || async { stage.ledger().owned().len() >= part };
        until(
            stage.patience(),
            format!("{part} of {events} confirmed"),
            reached,
        )
        .await;
        stage
            .cut(if cut % 2 == 0 { &member } else { &publisher })
            .await?;
    }
    crate::run::joined(publishing).await;
    let all = || async { reader.distinct() >= events };
    until(stage.patience(), format!("all of {events} delivered"), all).await;
    let tally = stage.tally(&reader.finish().await);
    tally.at_least_once("the member", CUTS * 11);
    if claimed.ordering == Ordering::None {
        return Ok(Verdict::Refused);
    }
    tally.in_order("the member");
    Ok(Verdict::Kept)
}
