//! C2 and C3: a restart under load, and what must be there before anybody says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use trunkline_core::SubscribeOptions;

use crate::Client;
use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::ledger::Mark;
use crate::reader::Reader;
use crate::run::joined;
use crate::stage::{Stage, prefetch};

/// C2. A restart under load, twice, loses no confirmed event; doubles are at most what was in
/// flight; all is back in ten seconds.
///
/// # Panics
/// When the promise is broken.
pub async fn a_restart_under_load_loses_nothing(stage: &Stage) -> Outcome {
    const WINDOW: u16 = 64;
    let subscriber = stage.client("subscriber").await;
    if !claims_groups(stage, &subscriber).await || !subscriber.capabilities().durable_subscription {
        return Ok(Verdict::Refused);
    }
    let (publishers, each) = (stage.scale().of(20, 100), stage.scale().of(50, 100));
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("load")]);
    let options = options
        .with_prefetch(prefetch(WINDOW))
        .with_max_unread(100_000);
    let reader = Reader::spawn(subscriber.subscribe(options).await);
    let confirmed = Arc::new(AtomicUsize::new(0));
    let mut publishing = Vec::new();
    for n in 0..publishers {
        let client = stage.client(&format!("publisher-{n}")).await;
        publishing.push(publish_slowly(stage, client, each, &confirmed));
    }
    let total = publishers * each;
    for part in [total / 3, total / 2] {
        let reached = || async { confirmed.load(Ordering::Relaxed) >= part };
        until(
            stage.patience(),
            format!("{part} of {total} confirmed"),
            reached,
        )
        .await;
        stage.inflict(Fault::Restart).await?;
        // From where the broker is there again: how long it takes itself is the machine's affair.
        let now = confirmed.load(Ordering::Relaxed);
        let on_again = || async { confirmed.load(Ordering::Relaxed) > now };
        until(
            Duration::from_secs(10),
            "the service back after a restart",
            on_again,
        )
        .await;
    }
    for task in publishing {
        joined(task).await;
    }
    let all = || async { reader.distinct() >= total };
    until(
        3 * stage.patience(),
        format!("all of {total} delivered"),
        all,
    )
    .await;
    // Each restart may double what each publisher and the subscriber had in flight.
    let most = 2 * (publishers + usize::from(WINDOW));
    stage
        .tally(&reader.finish().await)
        .at_least_once("the subscriber", most);
    Ok(Verdict::Kept)
}

/// Publishes one after the other, each until it is confirmed, at a pace that leaves time for a
/// restart.
fn publish_slowly(
    stage: &Stage,
    client: Client,
    events: usize,
    confirmed: &Arc<AtomicUsize>,
) -> JoinHandle<()> {
    let (author, key, confirmed) = (stage.author(), stage.key("load"), Arc::clone(confirmed));
    tokio::spawn(async move {
        for _ in 0..events {
            client.publish_until_confirmed(&author.event(&key)).await;
            confirmed.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
}

/// C3. After a restart every binding of a live subscription, and its window, is there again before
/// the transport says that it is running.
///
/// # Panics
/// When the promise is broken.
pub async fn bindings_are_back_before_running_is_told(stage: &Stage) -> Outcome {
    let (subscriber, publisher) = (
        stage.client("subscriber").await,
        stage.client("publisher").await,
    );
    let keys = ["one", "two", "three", "four"];
    let options = SubscribeOptions::live(keys[..3].iter().map(|key| stage.on(key)));
    let mut inbox = subscriber
        .subscribe(options.with_prefetch(prefetch(2)))
        .await;
    // One more, added while it runs.
    let control = inbox.subscription().control();
    control
        .bind(stage.on(keys[3]))
        .await
        .expect("a binding can be added");
    for _ in 0..3 {
        stage.seen_by(&subscriber, Fault::Restart).await?;
        subscriber.running().await;
        publisher.running().await;
        let events = keys.map(|key| stage.event(key));
        for event in &events {
            publisher.publish_until_confirmed(event).await;
        }
        let in_hand = inbox.take(2).await;
        inbox.stays_quiet(Duration::from_millis(200)).await;
        let mut marks: Vec<_> = in_hand.iter().map(Mark::of_delivery).collect();
        for delivery in in_hand {
            delivery.ack().await.expect("a delivery can be acked");
        }
        marks.extend(inbox.take_acked(2).await);
        let expected: Vec<_> = events.iter().filter_map(Mark::of).collect();
        crate::ledger::Tally::of(&expected, &marks).at_least_once("the subscription", 0);
    }
    Ok(Verdict::Kept)
}

/// C3. A group's member takes its place again after a restart.
///
/// # Panics
/// When the promise is broken.
pub async fn members_are_back_after_a_restart(stage: &Stage) -> Outcome {
    let member = stage.client("member").await;
    if !claims_groups(stage, &member).await {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.*")]);
    let mut inbox = member.subscribe(options).await;
    let sure = member.capabilities().ack_sure;
    let mut earlier = Vec::new();
    for _ in 0..3 {
        stage.inflict(Fault::Restart).await?;
        let event = stage.event("a.b");
        member.publish_until_confirmed(&event).await;
        loop {
            let delivery = inbox.next().await;
            let id = delivery.envelope().id().cloned();
            let is_ours = id.as_ref() == event.id();
            // An ack that is one-way may be lost with the broker it was on its way to.
            assert!(
                is_ours || (!sure && earlier.contains(&id)),
                "another event than the one published"
            );
            let acked = if sure {
                delivery.ack_sure().await
            } else {
                delivery.ack().await
            };
            assert!(acked.is_ok() || !sure, "a sure ack: {acked:?}");
            if is_ours {
                break;
            }
        }
        earlier.push(event.id().cloned());
    }
    Ok(Verdict::Kept)
}
