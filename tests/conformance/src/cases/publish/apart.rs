//! P6 to P9 and P12: subscriptions beside each other.

use std::sync::Arc;

use futures_util::future::join_all;
use trunkline_core::{Envelope, SubscribeOptions};

use crate::Inbox;
use crate::case::{Outcome, Verdict};
use crate::ledger::{Mark, Tally};
use crate::run::joined;
use crate::stage::{Stage, prefetch};

/// Reads to the last event in a task of its own.
fn reading(mut inbox: Inbox, last: &Envelope) -> tokio::task::JoinHandle<(Vec<Mark>, Inbox)> {
    let last = last.clone();
    tokio::spawn(async move { (inbox.acked_until(&last).await, inbox) })
}

/// P6. One stuck subscription slows no other, and is bounded by its own place for unread events.
///
/// # Panics
/// When the promise is broken.
pub async fn one_stuck_subscription_slows_no_other(stage: &Stage) -> Outcome {
    const UNREAD: usize = 32;
    const PREFETCH: u16 = 8;
    let publisher = stage.client("publisher").await;
    let subscriber = stage.client("subscriber").await;
    let options = || SubscribeOptions::live([stage.on("news.*")]);
    let small = options()
        .with_prefetch(prefetch(PREFETCH))
        .with_max_unread(UNREAD);
    let mut stuck = stage.client("stuck").await.subscribe(small).await;
    let last = stage.sentinel("news.last");
    let mut readers = Vec::new();
    for _ in 0..49 {
        readers.push(reading(subscriber.subscribe(options()).await, &last));
    }
    for _ in 0..200 {
        publisher.publish(&stage.event("news.today")).await;
    }
    publisher.publish(&last).await;
    for reader in readers {
        let (received, inbox) = joined(reader).await;
        stage
            .tally(&received)
            .exactly_once("a subscription beside the stuck one");
        inbox.close().await;
    }
    let late = stuck.acked_until(&last).await;
    let bound = UNREAD + usize::from(PREFETCH);
    assert!(
        late.len() < bound,
        "the stuck one kept {}, its bound is {bound}",
        late.len()
    );
    assert!(
        !stuck.gaps().is_empty(),
        "events went by the stuck subscription without a word"
    );
    if let Some(missed) = stuck
        .gaps()
        .iter()
        .map(|gap| gap.missed)
        .sum::<Option<u64>>()
    {
        assert_eq!(
            missed as usize + late.len(),
            200,
            "missed and received make the whole"
        );
    }
    Ok(Verdict::Kept)
}

/// P7. A subscription to one key sees nothing of another.
///
/// # Panics
/// When the promise is broken.
pub async fn keys_are_kept_apart(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut first = client
        .subscribe(SubscribeOptions::live([stage.on("k1")]))
        .await;
    let mut second = client
        .subscribe(SubscribeOptions::live([stage.on("k2")]))
        .await;
    let events = ["k1", "k2", "k1", "k2"].map(|key| stage.event(key));
    for event in &events {
        client.publish(event).await;
    }
    for (inbox, mine) in [(&mut first, [0, 2]), (&mut second, [1, 3])] {
        for event in mine {
            inbox.expect_acked(&events[event]).await;
        }
    }
    Ok(Verdict::Kept)
}

/// P8. An event that several bindings of one subscription match arrives once.
///
/// # Panics
/// When the promise is broken.
pub async fn overlapping_bindings_of_one_subscription_deliver_once(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let overlapping = [stage.on("a.*"), stage.on("a.b"), stage.on("*.b")];
    let mut inbox = client.subscribe(SubscribeOptions::live(overlapping)).await;
    let (event, last) = (stage.event("a.b"), stage.event("a.c"));
    client.publish(&event).await;
    client.publish(&last).await;
    inbox.expect_acked(&event).await;
    inbox.expect_acked(&last).await;
    Ok(Verdict::Kept)
}

/// P9. An event that two subscriptions match arrives once at each.
///
/// # Panics
/// When the promise is broken.
pub async fn overlapping_bindings_of_two_subscriptions_deliver_to_each(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut wide = client
        .subscribe(SubscribeOptions::live([stage.on("a.*")]))
        .await;
    let mut narrow = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let events = [stage.event("a.b"), stage.event("a.b")];
    for event in &events {
        client.publish(event).await;
    }
    for inbox in [&mut wide, &mut narrow] {
        for event in &events {
            inbox.expect_acked(event).await;
        }
    }
    Ok(Verdict::Kept)
}

/// P12. Twenty exact subscriptions get theirs and a wide one gets all, for few keys and for
/// thousands.
///
/// # Panics
/// When the promise is broken.
pub async fn many_keys_reach_their_own_subscriptions(stage: &Stage) -> Outcome {
    let publisher = Arc::new(stage.client("publisher").await);
    let subscriber = stage.client("subscriber").await;
    let events = stage.scale().of(20, 100);
    let distinct = stage.scale().of(1_000, 5_000);
    let room = 20 * 100 + 5_000 + 100;
    let last = stage.sentinel("key.last");
    let wide = SubscribeOptions::live([stage.on("key.*")]).with_max_unread(room);
    let wide = reading(subscriber.subscribe(wide).await, &last);
    let (mut exact, mut publishing) = (Vec::new(), Vec::new());
    for key in (0..20).map(|n| format!("key.{n}")) {
        let options = SubscribeOptions::live([stage.on(&key), stage.on("key.last")]);
        let reader = reading(
            subscriber.subscribe(options.with_max_unread(room)).await,
            &last,
        );
        let (author, key) = (stage.author(), stage.key(&key));
        let mine: Vec<_> = (0..events).map(|_| author.event(&key)).collect();
        let marks: Vec<_> = mine.iter().filter_map(Mark::of).collect();
        exact.push((reader, marks));
        let publisher = Arc::clone(&publisher);
        publishing.push(tokio::spawn(async move {
            for event in &mine {
                publisher.publish(event).await;
            }
        }));
    }
    for task in publishing {
        joined(task).await;
    }
    let author = stage.author();
    let more: Vec<_> = (0..distinct)
        .map(|n| author.event(&stage.key(&format!("key.more-{n}"))))
        .collect();
    for some in more.chunks(100) {
        join_all(some.iter().map(|event| publisher.publish(event))).await;
    }
    publisher.publish(&last).await;
    for (reader, marks) in exact {
        let (received, _inbox) = joined(reader).await;
        Tally::of(&marks, &received).exactly_once("an exact subscription");
    }
    let (received, _inbox) = joined(wide).await;
    stage.tally(&received).exactly_once("the wide subscription");
    Ok(Verdict::Kept)
}
