//! G1 to G5: members share what a group gets.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::sync::Mutex;
use tokio::task::{JoinHandle, yield_now};
use trunkline_core::{Envelope, Redelivery, SubscribeOptions};

use super::claims_groups;
use crate::case::{Outcome, Verdict};
use crate::client::{until, within};
use crate::ledger::{Mark, Tally};
use crate::run::joined;
use crate::stage::{Stage, prefetch};
use crate::{Client, Inbox};

/// What the members of a group got, and who got how much.
#[derive(Default)]
struct Shared {
    marks: Mutex<Vec<Mark>>,
}

impl Shared {
    fn len(&self) -> usize {
        self.marks.lock().len()
    }
}

/// Reads for a group until stopped; says how much it got.
fn member(mut inbox: Inbox, shared: &Arc<Shared>, pause: Option<Duration>) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        while let Some(delivery) = inbox.subscription().recv().await {
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
            let mark = Mark::of_delivery(&delivery);
            delivery.ack().await.expect("a delivery can be acked");
            shared.marks.lock().push(mark);
            yield_now().await;
        }
    })
}

async fn publish_all(client: &Client, events: &[Envelope]) {
    for event in events {
        client.publish(event).await;
    }
}

/// G1. Members of one group split its deliveries: each event reaches one of them, and each of them
/// gets some.
///
/// # Panics
/// When the promise is broken.
pub async fn group_members_split_the_deliveries(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !claims_groups(stage, &publisher).await {
        return Ok(Verdict::Refused);
    }
    let options = || {
        let options = SubscribeOptions::group(stage.group("billing"), [stage.on("orders.*")]);
        options.with_prefetch(prefetch(10))
    };
    let (mut members, mut parts) = (Vec::new(), Vec::new());
    for n in 0..4 {
        let client = stage.client(&format!("member-{n}")).await;
        let part = Arc::new(Shared::default());
        members.push(member(client.subscribe(options()).await, &part, None));
        parts.push(part);
    }
    let events: Vec<_> = (0..1_000).map(|_| stage.event("orders.created")).collect();
    publish_all(&publisher, &events).await;
    let all = || async { parts.iter().map(|part| part.len()).sum::<usize>() >= events.len() };
    until(stage.patience(), "1000 events for the group", all).await;
    for (n, part) in parts.iter().enumerate() {
        assert!(part.len() > 0, "member {n} got nothing");
    }
    let received: Vec<_> = parts
        .iter()
        .flat_map(|part| part.marks.lock().clone())
        .collect();
    stage.tally(&received).exactly_once("the group");
    members.iter().for_each(JoinHandle::abort);
    Ok(Verdict::Kept)
}

/// G2. Each of two groups gets every event.
///
/// # Panics
/// When the promise is broken.
pub async fn each_group_gets_every_event(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let options = |group| SubscribeOptions::group(stage.group(group), [stage.on("orders.*")]);
    let mut inboxes = Vec::new();
    for group in ["g1", "g2"] {
        inboxes.push(client.subscribe(options(group)).await);
    }
    let events: Vec<_> = (0..1_000).map(|_| stage.event("orders.created")).collect();
    publish_all(&client, &events).await;
    for mut inbox in inboxes {
        stage
            .tally(&inbox.take_acked(events.len()).await)
            .exactly_once("a group");
    }
    Ok(Verdict::Kept)
}

/// G3. A plain subscription beside a group gets every event, and so does the group as a whole.
///
/// # Panics
/// When the promise is broken.
pub async fn a_group_takes_nothing_from_a_plain_subscription(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let group = SubscribeOptions::group(stage.group("g"), [stage.on("orders.*")]);
    let shared = Arc::new(Shared::default());
    let mut members = Vec::new();
    for _ in 0..2 {
        members.push(member(client.subscribe(group.clone()).await, &shared, None));
    }
    let mut plain = client
        .subscribe(SubscribeOptions::live([stage.on("orders.*")]))
        .await;
    let events: Vec<_> = (0..10).map(|_| stage.event("orders.created")).collect();
    publish_all(&client, &events).await;
    let last = stage.sentinel("orders.last");
    client.publish(&last).await;
    stage
        .tally(&plain.acked_until(&last).await)
        .exactly_once("the plain subscription");
    let all = || async { shared.len() > events.len() };
    until(stage.patience(), "10 events for the group", all).await;
    stage.tally(&shared.marks.lock()).exactly_once("the group");
    members.iter().for_each(JoinHandle::abort);
    Ok(Verdict::Kept)
}

/// G4. Members that come and go lose nothing; doubles are at most what they had in hand when they
/// left.
///
/// # Panics
/// When the promise is broken.
pub async fn members_come_and_go_without_loss(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !claims_groups(stage, &publisher).await {
        return Ok(Verdict::Refused);
    }
    let events = stage.scale().of(1_000, 5_000);
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("orders.*")]);
    let options = options.with_prefetch(prefetch(10));
    if publisher.capabilities().redelivery == Redelivery::None {
        // What a member that leaves has in hand is lost.
        return Ok(Verdict::Refused);
    }
    // The group's first member is one that comes back: where work waits for the member that has it,
    // another would keep its share.
    let first = stage.client("member-0").await;
    first.subscribe(options.clone()).await.close().await;
    first.close().await;
    stage.drop_client(first);
    let (shared, left) = (Arc::new(Shared::default()), Arc::new(AtomicUsize::new(0)));
    let mut workers = Vec::new();
    for n in 0..4 {
        let client = stage.client(&format!("member-{n}")).await;
        let (shared, left) = (Arc::clone(&shared), Arc::clone(&left));
        let options = options.clone();
        let last_stays = n == 0;
        workers.push(tokio::spawn(async move {
            loop {
                let mut inbox = client.subscribe(options.clone()).await;
                let (some, keeps) = (fastrand::usize(20..60), fastrand::usize(0..3));
                let mut in_hand = Vec::new();
                for n in 0..if last_stays { usize::MAX } else { some } {
                    let delivery = inbox.next().await;
                    shared.marks.lock().push(Mark::of_delivery(&delivery));
                    if !last_stays && n + keeps >= some {
                        in_hand.push(delivery);
                    } else {
                        delivery.ack().await.expect("a delivery can be acked");
                    }
                    yield_now().await;
                }
                left.fetch_add(in_hand.len(), Ordering::Relaxed);
                inbox.close().await;
                in_hand
                    .into_iter()
                    .for_each(trunkline_core::Delivery::give_up);
            }
        }));
    }
    for _ in 0..events {
        publisher.publish(&stage.event("orders.created")).await;
    }
    let all = || async { shared.marks.lock().iter().collect::<HashSet<_>>().len() >= events };
    until(3 * stage.patience(), "every event for some member", all).await;
    workers.iter().for_each(JoinHandle::abort);
    let most = left.load(Ordering::Relaxed);
    stage
        .tally(&shared.marks.lock())
        .at_least_once("the group", most);
    Ok(Verdict::Kept)
}

/// G5. With a prefetch of one, a member a hundred times slower than the other does less than a
/// tenth.
///
/// # Panics
/// When the promise is broken.
pub async fn a_slow_member_gets_no_more_than_it_can_do(stage: &Stage) -> Outcome {
    let share = share_of_the_fast(stage, 1, 500).await;
    let Some((fast, slow)) = share else {
        return Ok(Verdict::Refused);
    };
    let probe = stage.client("probe").await;
    if probe.capabilities().redelivery != Redelivery::Immediate {
        // Work waits for the member it was assigned to: who gets how much is the broker's choice.
        return Ok(Verdict::Kept);
    }
    assert!(
        fast * 10 > (fast + slow) * 9,
        "the fast member did {fast}, the slow one {slow}"
    );
    Ok(Verdict::Kept)
}

/// G5. With a large prefetch a slow member holds some events for long, and all are done in the end.
///
/// # Panics
/// When the promise is broken.
pub async fn nobody_starves_behind_a_large_prefetch(stage: &Stage) -> Outcome {
    let share = share_of_the_fast(stage, 50, 200).await;
    let Some((fast, slow)) = share else {
        return Ok(Verdict::Refused);
    };
    assert!(
        fast > 0 && slow > 0,
        "the fast member did {fast}, the slow one {slow}"
    );
    Ok(Verdict::Kept)
}

/// How much a fast member and one a hundred times slower get done of a number of events.
async fn share_of_the_fast(stage: &Stage, most: u16, events: usize) -> Option<(usize, usize)> {
    let publisher = stage.client("publisher").await;
    if !claims_groups(stage, &publisher).await {
        return None;
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("orders.*")]);
    let options = options.with_prefetch(prefetch(most));
    let parts = [1, 100].map(|millis| (Duration::from_millis(millis), Arc::new(Shared::default())));
    let mut members = Vec::new();
    for (n, (pause, part)) in parts.iter().enumerate() {
        let client = stage.client(&format!("member-{n}")).await;
        members.push(member(
            client.subscribe(options.clone()).await,
            part,
            Some(*pause),
        ));
    }
    let [fast, slow] = parts.map(|(_, part)| part);
    let events: Vec<_> = (0..events).map(|_| stage.event("orders.created")).collect();
    let publishing = tokio::spawn(async move { publish_all(&publisher, &events).await });
    let done = || async { fast.len() + slow.len() };
    within(stage.patience(), "the publishing", joined(publishing)).await;
    let expected = stage.ledger().owned().len();
    let all = || async { done().await >= expected };
    until(3 * stage.patience(), "every event done", all).await;
    members.iter().for_each(JoinHandle::abort);
    let both = [fast.marks.lock().clone(), slow.marks.lock().clone()].concat();
    Tally::of(&stage.ledger().owned(), &both).exactly_once("the group");
    Some((fast.len(), slow.len()))
}
