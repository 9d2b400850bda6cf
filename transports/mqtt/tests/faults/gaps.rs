//! What a broker drops, and how its subscribers learn of it.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{Incoming, SubscribeOptions, Subscription, Transport};
use trunkline_mqtt::connect;
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::proxy::{Mode, Proxy};

use crate::{PATIENCE, client, healthy, next, number, on, publish};

#[tokio::test]
async fn a_session_the_broker_lost_is_told_as_a_gap() {
    let mut broker = Setup::new().forgetful().start();
    let (publisher, member) = (
        client(&broker, "").await,
        client(&broker, "&client_id=m").await,
    );
    let group = SubscribeOptions::group("g", [on("a.b")]);
    let mut subscription = member.subscribe(group).await.unwrap();
    broker.restart();
    healthy(&member, true).await;
    healthy(&publisher, true).await;
    publish(&publisher, "a.b", 1).await;
    let first = timeout(PATIENCE, subscription.next()).await.unwrap();
    assert!(matches!(first, Some(Incoming::Gap(_))), "{first:?}");
    assert_eq!(number(&next(&mut subscription).await), 1);
}

/// What mosquitto 2.0.11 does at a restart; one that does not has nothing to tell.
#[tokio::test]
async fn shared_subscriptions_the_broker_forgot_are_told_as_a_gap() {
    let mut broker = Setup::new().start();
    let (publisher, member) = (
        client(&broker, "").await,
        client(&broker, "&client_id=m").await,
    );
    let group = SubscribeOptions::group("g", [on("a.b")]);
    let mut subscription = member.subscribe(group).await.unwrap();
    broker.restart();
    healthy(&member, true).await;
    healthy(&publisher, true).await;
    publish(&publisher, "a.b", 1).await;
    let mut gaps = 0;
    loop {
        match timeout(PATIENCE, subscription.next()).await.unwrap() {
            Some(Incoming::Gap(_)) => gaps += 1,
            Some(Incoming::Delivery(delivery)) => {
                assert_eq!(number(&delivery), 1);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(gaps, 1);
}

/// Takes events and gaps until so many events are accounted for: those that came, and how many are
/// told to be missing.
async fn accounted(subscription: &mut Subscription, total: usize) -> (HashSet<usize>, usize) {
    let (mut came, mut missed) = (HashSet::new(), 0);
    while came.len() + missed < total {
        match timeout(PATIENCE, subscription.next()).await.unwrap() {
            Some(Incoming::Gap(gap)) => missed += gap.missed.unwrap_or(0) as usize,
            Some(Incoming::Delivery(delivery)) => {
                came.insert(number(&delivery));
                // A link that broke brings it again.
                let _ = delivery.ack().await;
            }
            other => panic!("{other:?}"),
        }
    }
    (came, missed)
}

/// mosquitto keeps so many and no more for a member that is away, and tells the publisher that all
/// is well.
#[tokio::test]
async fn what_the_broker_had_no_room_for_is_told_as_a_gap() {
    let broker = Setup::new().with("max_queued_messages 100").start();
    for (group, version) in [("new", ""), ("old", "&version=3.1.1&shared=true")] {
        let publisher = client(&broker, version.trim_end_matches("&shared=true")).await;
        let group = || SubscribeOptions::group(group, [on("a.b")]);
        let member = client(&broker, &format!("&client_id=m{version}")).await;
        let subscription = member.subscribe(group()).await.unwrap();
        subscription.close().await.unwrap();
        for n in 0..300 {
            publish(&publisher, "a.b", n).await;
        }
        let mut subscription = member.subscribe(group()).await.unwrap();
        assert_eq!(accounted(&mut subscription, 1).await.0, [0].into());
        publish(&publisher, "a.b", 1000).await;
        let (came, missed) = accounted(&mut subscription, 300).await;
        assert_eq!(came.len() + missed, 300, "{version}");
        assert!(came.contains(&1000), "{version}");
        assert!(missed > 0, "nothing was dropped, so nothing was shown");
    }
}

#[tokio::test]
async fn what_others_of_the_group_may_have_got_is_not_told_as_a_gap() {
    let broker = Setup::new().start();
    let publisher = client(&broker, "").await;
    let (one, other) = (
        client(&broker, "&client_id=one").await,
        client(&broker, "&client_id=other").await,
    );
    let group = || SubscribeOptions::group("g", [on("a.b")]);
    let mut first = one.subscribe(group()).await.unwrap();
    publish(&publisher, "a.b", 0).await;
    assert_eq!(accounted(&mut first, 1).await.1, 0);
    let mut second = other.subscribe(group()).await.unwrap();
    for n in 1..=20 {
        publish(&publisher, "a.b", n).await;
    }
    let mut seen = 0;
    while seen < 20 {
        let incoming = tokio::select! {
            incoming = first.next() => incoming,
            incoming = second.next() => incoming,
            () = tokio::time::sleep(PATIENCE) => panic!("{seen} of 20 have come"),
        };
        let Some(Incoming::Delivery(delivery)) = incoming else {
            panic!("{incoming:?}");
        };
        delivery.ack().await.unwrap();
        seen += 1;
    }
    // Longer than what is missing is waited for.
    let gap = timeout(Duration::from_secs(4), first.next()).await;
    assert!(gap.is_err(), "{gap:?}");
}

/// MQTT 3.1.1 has no word for it, but events are numbered.
#[tokio::test]
async fn an_event_that_found_no_shared_subscription_after_a_restart_is_told_as_a_gap() {
    let mut broker = Setup::new().start();
    let link = Proxy::to_port(broker.port()).await;
    let publisher = client(&broker, "&version=3.1.1").await;
    let url = format!(
        "mqtt://127.0.0.1:{}?keep_alive=1&version=3.1.1&shared=true&client_id=m",
        link.port()
    );
    let member = connect(&url).await.unwrap();
    let group = SubscribeOptions::group("g", [on("a.b")]);
    let mut subscription = member.subscribe(group).await.unwrap();
    publish(&publisher, "a.b", 0).await;
    assert_eq!(accounted(&mut subscription, 1).await.1, 0);
    link.set(Mode::Refuse).await;
    broker.restart();
    healthy(&publisher, true).await;
    for n in 1..=2 {
        publish(&publisher, "a.b", n).await;
    }
    link.set(Mode::Pass).await;
    healthy(&member, true).await;
    publish(&publisher, "a.b", 3).await;
    let (mut came, mut missed) = accounted(&mut subscription, 3).await;
    // Its ack may have been on its way when the broker went; then it comes again.
    came.remove(&0);
    if came.len() + missed < 3 {
        let rest = 3 - came.len() - missed;
        let (more, others) = accounted(&mut subscription, rest).await;
        came.extend(more);
        missed += others;
    }
    assert!(came.contains(&3));
    assert_eq!(came.len() + missed, 3);
}
