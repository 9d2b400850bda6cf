//! F1 to F3: a subscriber that is too slow.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;
use trunkline_core::{Overflow, PublishOptions, SubscribeOptions, TransportErrorKind};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::assert_unsupported;
use crate::ledger::{Mark, Tally};
use crate::stage::{Stage, prefetch};

/// How long is waited for a delivery that must not come, where no sentinel can take its path: the
/// window is full.
const QUIET: Duration = Duration::from_millis(200);

/// F1. A stalled subscriber has no more in hand than its prefetch, however much is published; each
/// settlement makes room for one.
///
/// # Panics
/// When the promise is broken.
pub async fn a_stalled_subscriber_is_bounded_by_its_prefetch(stage: &Stage) -> Outcome {
    const WINDOW: usize = 10;
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    let events = stage.scale().of(5_000, 100_000);
    let options = SubscribeOptions::live([stage.on("a.b")]).with_max_unread(events + 1);
    let mut inbox = subscriber
        .subscribe(options.with_prefetch(prefetch(WINDOW as u16)))
        .await;
    let all: Vec<_> = (0..events).map(|_| stage.event("a.b")).collect();
    for some in all.chunks(100) {
        join_all(some.iter().map(|event| publisher.publish(event))).await;
    }
    let mut in_hand = inbox.take(WINDOW).await;
    inbox.stays_quiet(QUIET).await;
    let mut marks = Vec::new();
    for settled in [1, 3] {
        for delivery in in_hand.drain(..settled) {
            marks.push(Mark::of_delivery(&delivery));
            delivery.ack().await.expect("a delivery can be acked");
        }
        in_hand.extend(inbox.take(settled).await);
        inbox.stays_quiet(QUIET).await;
    }
    for delivery in in_hand {
        marks.push(Mark::of_delivery(&delivery));
        delivery.ack().await.expect("a delivery can be acked");
    }
    marks.extend(inbox.take_acked(events - marks.len()).await);
    stage.tally(&marks).exactly_once("the subscriber");
    Ok(Verdict::Kept)
}

/// A durable group with room for so many, and nobody there.
async fn absent(
    stage: &Stage,
    client: &Client,
    room: usize,
    overflow: Overflow,
) -> SubscribeOptions {
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_max_unread(room).with_overflow(overflow);
    client.subscribe(options.clone()).await.close().await;
    options
}

/// Whether durable groups and flow control are claimed. Without the latter a bound that holds
/// publishers back is refused.
async fn claims_bounds(stage: &Stage, client: &Client) -> bool {
    if !claims_groups(stage, client).await || !client.capabilities().durable_subscription {
        return false;
    }
    if client.capabilities().flow_control {
        return true;
    }
    for overflow in [Overflow::Refuse, Overflow::Wait] {
        let options = SubscribeOptions::group(stage.group("bounded"), [stage.on("a.b")]);
        let options = options.with_max_unread(10).with_overflow(overflow);
        assert_unsupported(
            "holding publishers back",
            client.try_subscribe(options).await,
        );
    }
    false
}

/// F2. A group that is full and refuses says so to the publisher, and keeps, in order, exactly what
/// was confirmed.
///
/// # Panics
/// When the promise is broken.
pub async fn a_full_group_refuses_by_name(stage: &Stage) -> Outcome {
    const ROOM: usize = 1_000;
    let client = stage.client("client").await;
    if !claims_bounds(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let options = absent(stage, &client, ROOM, Overflow::Refuse).await;
    let mut confirmed = 0;
    for n in 0..ROOM + 200 {
        let begun = Instant::now();
        match client
            .try_publish(&stage.event("a.b"), PublishOptions::new())
            .await
        {
            Ok(_) => confirmed += 1,
            Err(error) => {
                assert_eq!(
                    error.kind(),
                    TransportErrorKind::Full,
                    "event {n}: {error:?}"
                );
                assert!(error.is_retryable(), "there may be room later");
                assert!(
                    begun.elapsed() < stage.patience() / 2,
                    "refused, but not at once"
                );
            }
        }
    }
    assert_eq!(confirmed, ROOM, "events taken");
    let mut inbox = client.subscribe(options).await;
    let tally = stage.tally(&inbox.take_acked(ROOM).await);
    tally.exactly_once("the group that was full");
    tally.in_order("the group that was full");
    let after = stage.event("a.b");
    client.publish(&after).await;
    inbox.expect_acked(&after).await;
    Ok(Verdict::Kept)
}

/// F2. A group that is full and lets publishers wait takes the event once there is room, and says
/// that it is full when their time is up.
///
/// # Panics
/// When the promise is broken.
pub async fn a_full_group_makes_publishers_wait(stage: &Stage) -> Outcome {
    const ROOM: usize = 20;
    let client = stage.client("client").await;
    if !claims_bounds(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let options = absent(stage, &client, ROOM, Overflow::Wait).await;
    for _ in 0..ROOM {
        client.publish(&stage.event("a.b")).await;
    }
    let (limit, begun) = (Duration::from_millis(500), Instant::now());
    let impatient = PublishOptions::new().with_timeout(limit);
    let outcome = client.try_publish(&stage.event("a.b"), impatient).await;
    let Err(error) = outcome else {
        panic!("more than {ROOM} were taken")
    };
    assert_eq!(error.kind(), TransportErrorKind::Full, "{error:?}");
    assert!(
        begun.elapsed() >= limit / 2,
        "gave up after {:?} of {limit:?}",
        begun.elapsed()
    );
    let waiting = {
        let (client, event) = (client.clone(), stage.event("a.b"));
        tokio::spawn(async move { client.publish(&event).await })
    };
    let mut inbox = client.subscribe(options).await;
    let received = inbox.take_acked(ROOM + 1).await;
    crate::run::joined(waiting).await;
    let tally = stage.tally(&received);
    tally.exactly_once("the group that was full");
    tally.in_order("the group that was full");
    Ok(Verdict::Kept)
}

/// F2. Where the oldest goes first, the newest are there, publishers are not held up, and the gap
/// is told with its number.
///
/// # Panics
/// When the promise is broken.
pub async fn the_oldest_go_first_and_the_gap_is_told(stage: &Stage) -> Outcome {
    const ROOM: usize = 100;
    const WINDOW: usize = 5;
    let client = stage.client("client").await;
    let options = SubscribeOptions::live([stage.on("a.b")]).with_prefetch(prefetch(WINDOW as u16));
    let options = options
        .with_max_unread(ROOM)
        .with_overflow(Overflow::DropOldest);
    let mut inbox = client.subscribe(options).await;
    let all: Vec<_> = (0..3 * ROOM).map(|_| stage.event("a.b")).collect();
    for event in &all {
        client.publish(event).await;
    }
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    let received = inbox.acked_until(&last).await;
    assert!(
        received.len() >= ROOM - 1,
        "{} of the newest {ROOM} are left",
        received.len()
    );
    assert!(
        received.len() <= ROOM + WINDOW,
        "{} are more than {ROOM}",
        received.len()
    );
    let newest: Vec<_> = all[all.len() - (ROOM - 1)..]
        .iter()
        .filter_map(Mark::of)
        .collect();
    assert!(
        received.ends_with(&newest),
        "the newest {} are not what is left",
        newest.len()
    );
    Tally::of(&received, &received).in_order("the subscriber");
    let gaps = inbox.gaps();
    assert!(
        !gaps.is_empty(),
        "{} events went without a word",
        all.len() - received.len()
    );
    if let Some(missed) = gaps.iter().map(|gap| gap.missed).sum::<Option<u64>>() {
        assert_eq!(missed as usize, all.len() - received.len(), "events missed");
    }
    Ok(Verdict::Kept)
}

/// F3. A stalled subscription holds up neither another on the same client nor acks nor the link.
///
/// # Panics
/// When the promise is broken.
pub async fn a_stalled_subscription_leaves_its_neighbours_alone(stage: &Stage) -> Outcome {
    let (client, publisher) = (
        stage.client("client").await,
        stage.client("publisher").await,
    );
    client.running().await;
    let options = |key| SubscribeOptions::live([stage.on(key)]).with_prefetch(prefetch(4));
    let mut stalled = client.subscribe(options("slow")).await;
    let mut brisk = client.subscribe(options("fast")).await;
    for _ in 0..200 {
        publisher.publish(&stage.event("slow")).await;
    }
    let in_hand = stalled.take(4).await;
    for _ in 0..200 {
        let event = stage.event("fast");
        publisher.publish(&event).await;
        brisk.expect_acked(&event).await;
    }
    assert!(
        client.transport().health().borrow().is_running(),
        "the link did not live"
    );
    for delivery in in_hand {
        delivery.ack().await.expect("a delivery can be acked");
    }
    let rest = stalled.take_acked(196).await;
    Tally::of(&rest, &rest).exactly_once("the stalled subscription");
    Ok(Verdict::Kept)
}
