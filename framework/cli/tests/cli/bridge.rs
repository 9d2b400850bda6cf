//! `trunkline bridge`, between real brokers.

use std::collections::HashSet;
use std::process::Stdio;
use std::time::Duration;

use tokio::time::timeout;
use trunkline::{
    Binding, Envelope, PublishOptions, RoutingKey, SubscribeOptions, Subscription, Transport,
    ValueRef,
};
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::support::{AtWork, run};

const PATIENCE: Duration = Duration::from_secs(20);

fn url(broker: &Mosquitto, id: &str) -> String {
    let port = broker.port();
    format!("mqtt://127.0.0.1:{port}?client_id={id}&keep_alive=1")
}

fn event(number: usize) -> Envelope {
    let key = RoutingKey::new("calls.created").unwrap();
    Envelope::new(key, number.to_string())
        .with_header("truth", true)
        .unwrap()
}

/// What another program does on a broker: publishes, and listens to everything.
struct Side {
    transport: std::sync::Arc<dyn Transport>,
    heard: Subscription,
}

impl Side {
    async fn of(broker: &Mosquitto, id: &str) -> Self {
        Self::at(&url(broker, id)).await
    }

    async fn at(url: &str) -> Self {
        let transport = trunkline::connect_transport(url).await.unwrap();
        let everything =
            SubscribeOptions::live([Binding::builder().key("calls.#").build().unwrap()]);
        let heard = transport.subscribe(everything).await.unwrap();
        Self { transport, heard }
    }

    async fn publish(&self, event: Envelope) {
        let outcome = self.transport.publish(event, PublishOptions::new()).await;
        outcome.unwrap();
    }

    async fn hear(&mut self, limit: Duration) -> Option<Envelope> {
        let delivery = timeout(limit, self.heard.recv()).await.ok()??;
        let envelope = delivery.envelope().clone();
        delivery.ack().await.unwrap();
        Some(envelope)
    }

    /// Publishes here until something arrives there: the bridge is up.
    async fn until_carried_to(&self, there: &mut Side) {
        for _ in 0..100 {
            self.publish(event(usize::MAX)).await;
            if there.hear(Duration::from_millis(100)).await.is_some() {
                return;
            }
        }
        panic!("nothing is carried");
    }
}

fn number(envelope: &Envelope) -> usize {
    std::str::from_utf8(envelope.body())
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bridges_both_ways_carry_each_event_once_and_in_no_circle() {
    let (a, b) = (Setup::new().start(), Setup::new().start());
    carry_both_ways(|id| url(&a, id), |id| url(&b, id)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amqp_and_mqtt_carry_each_others_events() {
    let vhost = tokio::task::spawn_blocking(|| Vhost::new(Node::shared()));
    let (vhost, mqtt) = (vhost.await.unwrap(), Setup::new().start());
    let amqp = |_: &str| format!("{}?exchange=amq.topic", vhost.url());
    carry_both_ways(amqp, |id| url(&mqtt, id)).await;
}

/// Bridges from one broker to the other and back; URLs by the name of the client.
async fn carry_both_ways(a: impl Fn(&str) -> String, b: impl Fn(&str) -> String) {
    let (mut here, mut there) = (Side::at(&a("here")).await, Side::at(&b("there")).await);
    let (to_a, to_b) = (a("bridge"), b("bridge"));
    let away = [
        "bridge", &to_a, &to_b, "--key", "calls.#", "--group", "away",
    ];
    let _away = AtWork::start(&away, Stdio::null());
    here.until_carried_to(&mut there).await;
    let (to_a, to_b) = (a("back"), b("back"));
    let back = [
        "bridge", &to_b, &to_a, "--key", "calls.#", "--group", "back",
    ];
    let _back = AtWork::start(&back, Stdio::null());
    // What came from here is not carried back: a probe from there shows that the way is open.
    there.until_carried_to(&mut here).await;

    let sent: Vec<_> = (0..50).map(event).collect();
    for event in &sent {
        here.publish(event.clone()).await;
    }
    let mut got = Vec::new();
    while got.len() < sent.len() {
        let envelope = there.hear(PATIENCE).await.expect("it is carried");
        if number(&envelope) != usize::MAX {
            got.push(envelope);
        }
    }
    for (got, sent) in got.iter().zip(&sent) {
        assert_eq!((got.id(), got.body()), (sent.id(), sent.body()));
        assert_eq!(got.headers().get("truth"), Some(ValueRef::Bool(true)));
        assert!(matches!(
            got.headers().get("trunkline-via"),
            Some(ValueRef::List(_))
        ));
    }
    let mut at_home = HashSet::new();
    while let Some(envelope) = here.hear(Duration::from_millis(500)).await {
        let is_new = at_home.insert(envelope.id().cloned());
        assert!(is_new, "{envelope:?} came back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_when_the_far_broker_goes_is_carried_when_it_is_back() {
    let (a, mut b) = (Setup::new().start(), Setup::new().start());
    let (here, mut there) = (Side::of(&a, "here").await, Side::of(&b, "there").await);
    let (from, to) = (url(&a, "bridge"), url(&b, "bridge"));
    let bridge = ["bridge", &from, &to, "--key", "calls.#", "--group", "g"];
    let _bridge = AtWork::start(&bridge, Stdio::null());
    here.until_carried_to(&mut there).await;
    for number in 0..50 {
        here.publish(event(number)).await;
    }
    b.stop();
    for number in 50..100 {
        here.publish(event(number)).await;
    }
    b.start();
    let mut seen = HashSet::new();
    while seen.len() < 100 {
        let envelope = there.hear(PATIENCE).await.expect("every event is carried");
        if number(&envelope) != usize::MAX {
            seen.insert(number(&envelope));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_bridge_from_amqp_loses_nothing() {
    let vhost = tokio::task::spawn_blocking(|| Vhost::new(Node::shared()));
    let (vhost, mqtt) = (vhost.await.unwrap(), Setup::new().start());
    let from = format!("{}?exchange=amq.topic", vhost.url());
    let (here, mut there) = (Side::at(&from).await, Side::of(&mqtt, "there").await);
    let to = url(&mqtt, "bridge");
    let bridge = ["bridge", &from, &to, "--key", "calls.#", "--group", "g"];
    let first = AtWork::start(&bridge, Stdio::null());
    here.until_carried_to(&mut there).await;
    for number in 0..200 {
        here.publish(event(number)).await;
        if number == 100 {
            first.signal("KILL");
        }
    }
    let _second = AtWork::start(&bridge, Stdio::null());
    let mut seen = HashSet::new();
    while seen.len() < 200 {
        let envelope = there.hear(PATIENCE).await.expect("every event is carried");
        if number(&envelope) != usize::MAX {
            seen.insert(number(&envelope));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_into_memory_acks_what_it_carries() {
    let broker = Setup::new().start();
    let here = Side::of(&broker, "here").await;
    let from = url(&broker, "bridge");
    let bridge = [
        "bridge",
        &from,
        "memory:lab",
        "--key",
        "calls.#",
        "--group",
        "g",
        "--count",
        "3",
    ];
    let mut at_work = AtWork::start(&bridge, Stdio::null());
    // Until its group is there, nothing is kept for it.
    let ended = async {
        for number in 0..500 {
            here.publish(event(number)).await;
            if let Some(code) = at_work.ended() {
                return code;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("three events are not carried");
    };
    assert_eq!(ended.await, 0);
}

#[test]
fn a_bridge_from_a_place_to_itself_is_refused() {
    let left = run(&[
        "bridge",
        "mqtt://h?client_id=a",
        "mqtt://me@h?client_id=b",
        "--key",
        "#",
    ]);
    assert_eq!(left.code, Some(2), "{}", left.err);
    assert!(left.err.contains("--to-name"), "{}", left.err);
}

#[test]
fn a_bridge_to_nowhere_ends_with_the_code_of_brokers() {
    let left = run(&["bridge", "memory:a", "mqtt://127.0.0.1:1", "--key", "#"]);
    assert_eq!(left.code, Some(3), "{}", left.err);
}
