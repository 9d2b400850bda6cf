//! How soon a lost link is told, and how soon events flow again once it is back.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep, timeout};
use trunkline_conformance::{Mark, Scale, within};
use trunkline_core::{Health, PublishOptions, Transport};
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::rabbitmq::Node;

use crate::load::{BACK, PATIENCE, client, event, member, vhost};

/// The promise is two seconds and one: held to where the machine is the test's own, and to what a
/// busy one keeps in any case otherwise.
fn bounds() -> (Duration, Duration) {
    let seconds = Duration::from_secs;
    Scale::from_env().of((seconds(5), BACK), (seconds(1), seconds(2)))
}

/// A member whose link is away for a while consumes again soon after, and says meanwhile that it
/// does not, since when and why.
async fn consumes_again_after(mode: Mode, outage: Duration) {
    let vhost = vhost(Node::shared).await;
    let proxy = Proxy::to_port(vhost.node().port()).await;
    let rabbit = client(&vhost, proxy.port()).await;
    let beside = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 10).await;
    let mut health = rabbit.health();
    within(
        PATIENCE,
        "the first link",
        health.wait_for(Health::is_running),
    )
    .await
    .unwrap();
    let (lost, lost_at) = (Instant::now(), SystemTime::now());
    proxy.set(mode).await;
    proxy.cut();
    let degraded = health.wait_for(|health| !health.is_running());
    let degraded = within(PATIENCE, "word of the lost link", degraded).await;
    let told = degraded.unwrap().clone();
    let noticed = lost.elapsed();
    let Health::Degraded { since, reason } = told else {
        panic!("a lost link is told as {told}")
    };
    assert!(since >= lost_at && !reason.is_empty(), "{since:?} {reason}");
    // Published where the link is whole: it waits for the member to come back.
    let mark = Mark {
        run: 1,
        publisher: 1,
        sequence: 1,
    };
    beside
        .publish(event(mark), PublishOptions::new())
        .await
        .unwrap();
    sleep(outage.saturating_sub(lost.elapsed())).await;
    assert!(!rabbit.health().borrow().is_running());
    let back = Instant::now();
    proxy.set(Mode::Pass).await;
    let delivery = timeout(PATIENCE, subscription.recv())
        .await
        .unwrap()
        .unwrap();
    let took = back.elapsed();
    assert_eq!(Mark::of_delivery(&delivery), mark);
    delivery.ack().await.unwrap();
    println!("{mode:?} for {outage:?}: degraded after {noticed:?}, consuming again after {took:?}");
    let (soon, again) = bounds();
    assert!(noticed <= soon, "degraded after {noticed:?}");
    assert!(took <= again, "consuming again after {took:?}");
    rabbit.close().await.unwrap();
    beside.close().await.unwrap();
}

const SHORT: Duration = Duration::from_secs(2);

#[tokio::test]
async fn events_flow_again_after_a_port_that_refused() {
    consumes_again_after(Mode::Refuse, SHORT).await;
}

#[tokio::test]
async fn events_flow_again_after_a_port_that_accepted_and_closed() {
    consumes_again_after(Mode::AcceptAndClose, SHORT).await;
}

/// The waits between attempts grow no longer with the outage.
async fn consumes_again_after_long(outage: Duration) {
    if Scale::from_env() == Scale::Short {
        println!(
            "an outage of {outage:?} is left to {}=full",
            Scale::VARIABLE
        );
        return;
    }
    tokio::join!(
        consumes_again_after(Mode::Refuse, outage),
        consumes_again_after(Mode::AcceptAndClose, outage)
    );
}

#[tokio::test]
async fn events_flow_again_after_twenty_seconds() {
    consumes_again_after_long(Duration::from_secs(20)).await;
}

#[tokio::test]
async fn events_flow_again_after_five_minutes() {
    consumes_again_after_long(Duration::from_secs(300)).await;
}
