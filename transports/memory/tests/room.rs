//! Bounds: publishers wait for room, are told when there is none, and are let go when closed.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::num::NonZeroU16;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use trunkline_core::{
    Binding, Envelope, Overflow, PublishOptions, RoutingKey, SubscribeOptions, Subscription,
    Transport, TransportErrorKind,
};
use trunkline_memory::{Memory, MemoryBroker};

fn event(number: u32) -> Envelope {
    Envelope::new(RoutingKey::new("a.b").unwrap(), number.to_string())
}

fn group() -> SubscribeOptions {
    SubscribeOptions::group("g", [Binding::builder().key("a.#").build().unwrap()])
}

async fn publish(memory: &Memory, number: u32) {
    memory
        .publish(event(number), PublishOptions::new())
        .await
        .unwrap();
}

async fn next(subscription: &mut Subscription) -> String {
    let delivery = subscription.recv().await.unwrap();
    let body = String::from_utf8(delivery.envelope().body().to_vec()).unwrap();
    delivery.ack().await.unwrap();
    body
}

#[tokio::test(start_paused = true)]
async fn a_publisher_waits_for_room_and_goes_on_when_there_is_some() {
    let memory = MemoryBroker::new().connect();
    let mut subscription = memory.subscribe(group().with_max_unread(2)).await.unwrap();
    publish(&memory, 1).await;
    publish(&memory, 2).await;
    let publisher = memory.clone();
    let third = tokio::spawn(async move { publish(&publisher, 3).await });
    sleep(Duration::from_secs(1)).await;
    assert!(!third.is_finished(), "there is no room");
    for expected in ["1", "2", "3"] {
        assert_eq!(next(&mut subscription).await, expected);
    }
    third.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_publisher_that_waits_in_vain_is_told_that_the_group_is_full() {
    let broker = MemoryBroker::new();
    let memory = broker.connect();
    let _subscription = memory.subscribe(group().with_max_unread(1)).await.unwrap();
    publish(&memory, 1).await;
    let begun = Instant::now();
    let options = PublishOptions::new().with_timeout(Duration::from_secs(5));
    let error = memory.publish(event(2), options).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Full);
    assert_eq!(begun.elapsed().as_secs(), 5);
    assert_eq!(broker.stats().unread, 1, "what was refused is nowhere");
}

#[tokio::test(start_paused = true)]
async fn an_event_is_kept_by_all_its_groups_or_by_none() {
    let broker = MemoryBroker::new();
    let memory = broker.connect();
    let full = group().with_max_unread(1).with_overflow(Overflow::Refuse);
    let _full = memory.subscribe(full).await.unwrap();
    publish(&memory, 1).await;
    let roomy = SubscribeOptions::group("other", [Binding::everything()]);
    let _roomy = memory.subscribe(roomy).await.unwrap();
    memory
        .publish(event(2), PublishOptions::new())
        .await
        .unwrap_err();
    assert_eq!(broker.stats().unread, 1);
}

#[tokio::test(start_paused = true)]
async fn closing_lets_a_waiting_publisher_go() {
    let memory = MemoryBroker::new().connect();
    let _subscription = memory.subscribe(group().with_max_unread(1)).await.unwrap();
    publish(&memory, 1).await;
    let publisher = memory.clone();
    let second = tokio::spawn(async move {
        let options = PublishOptions::new().with_timeout(Duration::MAX);
        publisher.publish(event(2), options).await
    });
    sleep(Duration::from_millis(1)).await;
    memory.close().await.unwrap();
    assert_eq!(
        second.await.unwrap().unwrap_err().kind(),
        TransportErrorKind::Closed
    );
}

#[tokio::test(start_paused = true)]
async fn a_long_retry_does_not_hold_up_what_is_behind_it() {
    let memory = MemoryBroker::new().connect();
    let one = NonZeroU16::MIN;
    let mut subscription = memory.subscribe(group().with_prefetch(one)).await.unwrap();
    for number in 1..=3 {
        publish(&memory, number).await;
    }
    let begun = Instant::now();
    let first = subscription.recv().await.unwrap();
    first.nack(Duration::from_secs(10)).await.unwrap();
    let second = subscription.recv().await.unwrap();
    // Settled elsewhere, while the third is being waited for.
    tokio::spawn(async move {
        sleep(Duration::from_secs(1)).await;
        second.nack(Duration::from_secs(20)).await.unwrap();
    });
    assert_eq!(next(&mut subscription).await, "3");
    assert_eq!(begun.elapsed().as_secs(), 1);
    assert_eq!(next(&mut subscription).await, "1");
    assert_eq!(next(&mut subscription).await, "2");
    assert_eq!(begun.elapsed().as_secs(), 21);
}
