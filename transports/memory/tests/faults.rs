//! Faults: what becomes of a client whose link breaks.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use trunkline_core::{
    Binding, Envelope, PublishOptions, RoutingKey, SettleError, SubscribeOptions, Subscription,
    Transport,
};
use trunkline_memory::{Memory, MemoryBroker};

fn binding() -> Binding {
    let binding = Binding::builder().key("a.#").build();
    binding.expect("a pattern")
}

async fn publish(memory: &Memory, body: &'static str) {
    let key = RoutingKey::new("a.b").expect("a key");
    let published = memory.publish(Envelope::new(key, body), PublishOptions::new());
    published.await.expect("the broker takes it");
}

/// The next body and when it came. A deadline far away would hide a wake that is lost, so what
/// comes by it does not count.
async fn next(subscription: &mut Subscription) -> (String, Duration) {
    let (begun, patience) = (Instant::now(), Duration::from_secs(200));
    let next = timeout_at(begun + patience, subscription.recv()).await;
    let delivery = next.expect("in time").expect("the supply lives");
    let body = String::from_utf8_lossy(delivery.envelope().body()).into_owned();
    delivery.ack().await.expect("it is ours");
    assert!(begun.elapsed() < patience, "nobody was woken for `{body}`");
    (body, begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn work_of_a_lost_link_wakes_who_waits() {
    let broker = MemoryBroker::new();
    let (holder, idle) = (broker.connect(), broker.connect());
    let group = || SubscribeOptions::group("g", [binding()]);
    let mut holding = holder.subscribe(group()).await.unwrap();
    publish(&holder, "work").await;
    let in_hand = holding.recv().await.unwrap();
    let mut waiting = idle.subscribe(group()).await.unwrap();
    let heir = tokio::spawn(async move { next(&mut waiting).await });
    tokio::task::yield_now().await;
    broker.disconnect(&holder);
    assert_eq!(heir.await.unwrap(), ("work".to_owned(), Duration::ZERO));
    let late = in_hand.ack().await;
    assert!(matches!(late, Err(SettleError::Stale { .. })), "{late:?}");
}
