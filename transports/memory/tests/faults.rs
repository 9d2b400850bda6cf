//! Faults: what becomes of a client whose link breaks or stalls, and of a group that is deleted.

use std::num::NonZeroU16;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};
use trunkline_core::{
    Binding, Envelope, PublishOptions, RoutingKey, SettleError, SubscribeOptions, Subscription,
    Transport, TransportErrorKind,
};
use trunkline_memory::{Memory, MemoryBroker};

/// Two heartbeats of 10 s.
const SILENCE: Duration = Duration::from_secs(20);

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
    let (begun, patience) = (Instant::now(), 10 * SILENCE);
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

/// In real time, and with a successor who asks without a pause: its first look may fall between any
/// two steps of the loss.
#[test]
fn a_new_leader_begins_with_what_the_old_one_had_in_hand() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().unwrap();
    for _ in 0..300 {
        let broker = MemoryBroker::new();
        let (old, new) = (broker.connect(), broker.connect());
        let leader =
            || SubscribeOptions::exclusive("g", [binding()]).with_prefetch(NonZeroU16::MIN);
        let (in_hand, mut following) = runtime.block_on(async {
            let mut leading = old.subscribe(leader()).await.unwrap();
            let following = new.subscribe(leader()).await.unwrap();
            for body in ["1", "2", "3"] {
                publish(&old, body).await;
            }
            ((leading.recv().await.unwrap(), leading), following)
        });
        let first = std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                loop {
                    if let Some(first) = following.recv().now_or_never() {
                        return first.unwrap();
                    }
                }
            });
            let _guard = runtime.enter();
            broker.disconnect(&old);
            asking.join().unwrap()
        });
        assert_eq!(&first.envelope().body()[..], b"1");
        drop((first, in_hand));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_passes_a_frozen_link() {
    let broker = MemoryBroker::new();
    let (frozen, other) = (broker.connect(), broker.connect());
    let group = SubscribeOptions::group("g", [binding()]);
    let mut reading = frozen.subscribe(group).await.unwrap();
    broker.freeze(&frozen);
    publish(&other, "work").await;
    let came = timeout_at(Instant::now() + SILENCE / 2, reading.recv()).await;
    assert!(came.is_err(), "it passed: {came:?}");
    broker.thaw(&frozen);
    assert_eq!(next(&mut reading).await.0, "work");
}

#[tokio::test(start_paused = true)]
async fn a_frozen_link_is_lost_after_two_heartbeats() {
    let broker = MemoryBroker::new();
    let (frozen, other) = (broker.connect(), broker.connect());
    let group = || SubscribeOptions::group("g", [binding()]);
    let mut holding = frozen.subscribe(group()).await.unwrap();
    publish(&frozen, "work").await;
    let in_hand = holding.recv().await.unwrap();
    broker.freeze(&frozen);
    assert!(frozen.health().borrow().is_running(), "nobody has noticed");
    let options = PublishOptions::new().with_timeout(Duration::from_secs(5));
    let event = Envelope::new(RoutingKey::new("a.b").unwrap(), "late");
    let error = frozen.publish(event, options).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Unknown);
    let late = in_hand.ack().await;
    assert!(matches!(late, Err(SettleError::Stale { .. })), "{late:?}");
    let mut heir = other.subscribe(group()).await.unwrap();
    let after = SILENCE - Duration::from_secs(5);
    assert_eq!(next(&mut heir).await, ("work".to_owned(), after));
    assert!(!frozen.health().borrow().is_running());
    broker.thaw(&frozen);
    assert!(frozen.health().borrow().is_running());
    publish(&frozen, "again").await;
}

#[tokio::test(start_paused = true)]
async fn a_freeze_that_ends_in_time_is_a_link_lost_and_restored() {
    let broker = MemoryBroker::new();
    let memory = broker.connect();
    let mut subscription = memory
        .subscribe(SubscribeOptions::group("g", [binding()]))
        .await
        .unwrap();
    broker.freeze(&memory);
    tokio::time::sleep(SILENCE / 4).await;
    broker.thaw(&memory);
    publish(&memory, "after").await;
    assert_eq!(next(&mut subscription).await.0, "after");
    tokio::time::sleep(2 * SILENCE).await;
    assert!(
        memory.health().borrow().is_running(),
        "the old silence is forgotten"
    );
}

#[tokio::test(start_paused = true)]
async fn a_leader_whose_link_is_lost_stands_back() {
    let broker = MemoryBroker::new();
    let (first, second) = (broker.connect(), broker.connect());
    let group = || SubscribeOptions::exclusive("g", [binding()]);
    let mut leading = first.subscribe(group()).await.unwrap();
    let mut waiting = second.subscribe(group()).await.unwrap();
    publish(&first, "1").await;
    assert_eq!(next(&mut leading).await.0, "1");
    broker.disconnect(&first);
    publish(&second, "2").await;
    assert_eq!(next(&mut waiting).await.0, "2");
    broker.reconnect(&first);
    publish(&second, "3").await;
    assert_eq!(next(&mut waiting).await.0, "3", "the first stands by now");
    drop(waiting);
    publish(&second, "4").await;
    assert_eq!(next(&mut leading).await.0, "4");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_group_ends_its_members_supplies_and_says_so() {
    let broker = MemoryBroker::new();
    let memory = broker.connect();
    let group = || SubscribeOptions::group("g", [binding()]);
    let mut subscription = memory.subscribe(group()).await.unwrap();
    publish(&memory, "work").await;
    let in_hand = subscription.recv().await.unwrap();
    assert!(broker.delete_group("g"));
    assert!(!broker.delete_group("g"), "deleted twice");
    assert!(subscription.recv().await.is_none());
    let end = subscription.end().unwrap().unwrap_err();
    assert_eq!(end.kind(), TransportErrorKind::Broker);
    let late = in_hand.ack().await;
    assert!(matches!(late, Err(SettleError::Stale { .. })), "{late:?}");
    let mut again = memory.subscribe(group()).await.unwrap();
    publish(&memory, "new").await;
    assert_eq!(next(&mut again).await.0, "new");
}
