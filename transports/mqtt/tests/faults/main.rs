//! What goes wrong on a real mosquitto, and what is said of it.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod gaps;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;
use trunkline_core::{
    Binding, Delivery, Envelope, Health, PublishOptions, RoutingKey, SubscribeOptions,
    Subscription, Transport, TransportError, TransportErrorKind,
};
use trunkline_mqtt::{Mqtt, connect};
use trunkline_suite::mosquitto::{Mosquitto, Setup};

const PATIENCE: Duration = Duration::from_secs(20);

async fn client(broker: &Mosquitto, parameters: &str) -> Mqtt {
    let url = format!(
        "mqtt://127.0.0.1:{}?keep_alive=1{parameters}",
        broker.port()
    );
    connect(&url).await.unwrap()
}

fn on(pattern: &str) -> Binding {
    Binding::builder().key(pattern).build().unwrap()
}

fn event(key: &str, number: usize) -> Envelope {
    Envelope::new(RoutingKey::new(key).unwrap(), number.to_string())
}

fn number(delivery: &Delivery) -> usize {
    let text = std::str::from_utf8(delivery.envelope().body()).unwrap();
    text.parse().unwrap()
}

async fn next(subscription: &mut Subscription) -> Delivery {
    timeout(PATIENCE, subscription.recv())
        .await
        .unwrap()
        .unwrap()
}

async fn publish(mqtt: &Mqtt, key: &str, number: usize) {
    let outcome = mqtt
        .publish(event(key, number), PublishOptions::new())
        .await;
    outcome.unwrap();
}

async fn healthy(mqtt: &Mqtt, wanted: bool) {
    let mut health = mqtt.health();
    let reached = health.wait_for(|health| health.is_running() == wanted);
    timeout(PATIENCE, reached).await.unwrap().unwrap();
}

#[tokio::test]
async fn on_a_dead_link_no_publish_is_confirmed() {
    let mut broker = Setup::new().start();
    let mqtt = client(&broker, "").await;
    broker.freeze();
    let options = PublishOptions::new().with_timeout(Duration::from_secs(1));
    let all = (0..200).map(|n| mqtt.publish(event("a.b", n), options.clone()));
    let outcomes = join_all(all).await;
    let confirmed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(confirmed, 0);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), TransportErrorKind::Unknown);
    }
    healthy(&mqtt, false).await;
    timeout(Duration::from_secs(2), mqtt.close())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn publishes_get_over_an_outage_and_each_comes() {
    let mut broker = Setup::new().start();
    let (publisher, reader) = (
        client(&broker, "").await,
        client(&broker, "&client_id=r").await,
    );
    let group = SubscribeOptions::group("g", [on("a.b")]);
    let mut subscription = reader.subscribe(group).await.unwrap();
    broker.stop();
    healthy(&publisher, false).await;
    let waiting = join_all((0..100).map(|n| publish(&publisher, "a.b", n)));
    let again = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        broker.start();
    };
    timeout(PATIENCE, async { tokio::join!(waiting, again) })
        .await
        .unwrap();
    let mut seen = HashSet::new();
    while seen.len() < 100 {
        let delivery = next(&mut subscription).await;
        seen.insert(number(&delivery));
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn a_client_thrown_out_by_its_twin_says_so() {
    let broker = Setup::new().start();
    let first = client(&broker, "&client_id=twin").await;
    let _second = client(&broker, "&client_id=twin").await;
    let mut health = first.health();
    let says_so = |health: &Health| match health {
        Health::Degraded { reason, .. } => {
            reason.contains("`twin`") && reason.contains("client_id")
        }
        _ => false,
    };
    timeout(PATIENCE, health.wait_for(says_so))
        .await
        .unwrap()
        .unwrap();
}

/// Who may do what, for the plugin that comes with mosquitto.
const ACCESS: &str = r#"{
    "defaultACLAccess": {
        "publishClientSend": false, "publishClientReceive": true,
        "subscribe": false, "unsubscribe": true
    },
    "clients": [],
    "groups": [{ "groupname": "all", "roles": [{ "rolename": "open" }] }],
    "anonymousGroup": "all",
    "roles": [{ "rolename": "open", "acls": [
        { "acltype": "subscribePattern", "topic": "open/#", "allow": true },
        { "acltype": "publishClientSend", "topic": "open/#", "allow": true }
    ] }]
}"#;

/// Where Debian keeps it depends on the machine.
fn access_plugin() -> PathBuf {
    let places = std::fs::read_dir("/usr/lib").unwrap().flatten();
    let mut plugins = places.map(|place| place.path().join("mosquitto_dynamic_security.so"));
    plugins
        .find(|plugin| plugin.exists())
        .expect("it comes with mosquitto")
}

#[tokio::test]
async fn what_the_access_list_forbids_is_denied_and_the_link_lives() {
    let broker = Setup::new()
        .with(&format!("plugin {}", access_plugin().display()))
        .with("plugin_opt_config_file ACCESS")
        .with_file("ACCESS", ACCESS)
        .start();
    for parameters in ["", "&version=3.1.1"] {
        let mqtt = client(&broker, parameters).await;
        let live = SubscribeOptions::live([on("closed.#")]);
        let error = mqtt.subscribe(live).await.unwrap_err();
        assert!(matches!(error, TransportError::Denied { .. }), "{error:?}");
        assert!(!error.is_retryable());
        if parameters.is_empty() {
            // MQTT 3.1.1 has no way to say so.
            let outcome = mqtt
                .publish(event("closed.a", 1), PublishOptions::new())
                .await;
            let error = outcome.unwrap_err();
            assert!(matches!(error, TransportError::Denied { .. }), "{error:?}");
        }
        let live = SubscribeOptions::live([on("open.#")]);
        let mut subscription = mqtt.subscribe(live).await.unwrap();
        publish(&mqtt, "open.a", 1).await;
        assert_eq!(number(&next(&mut subscription).await), 1);
    }
}

#[tokio::test]
async fn a_packet_over_the_brokers_limit_is_refused_before_the_wire() {
    let broker = Setup::new().with("max_packet_size 2000").start();
    let mqtt = client(&broker, "").await;
    let large = event("a.b", 1).with_body(vec![b'x'; 3000]);
    let outcome = mqtt.publish(large, PublishOptions::new()).await;
    assert_eq!(outcome.unwrap_err().kind(), TransportErrorKind::Refused);
    publish(&mqtt, "a.b", 2).await;
    assert!(mqtt.health().borrow().is_running());
}

#[tokio::test]
async fn events_of_twelve_kilobytes_pass() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "").await;
    let live = SubscribeOptions::live([on("a.b")]);
    let mut subscription = mqtt.subscribe(live).await.unwrap();
    let large = event("a.b", 1).with_body(vec![b'x'; 12 << 10]);
    mqtt.publish(large.clone(), PublishOptions::new())
        .await
        .unwrap();
    assert_eq!(
        next(&mut subscription).await.envelope().body(),
        large.body()
    );
}

/// What the guide declares of groups.
#[tokio::test]
async fn the_share_of_a_member_that_is_away_waits_for_it_alone() {
    let broker = Setup::new().start();
    let publisher = client(&broker, "").await;
    let group = || SubscribeOptions::group("g", [on("a.b")]);
    let (away, here) = (
        client(&broker, "&client_id=away").await,
        client(&broker, "&client_id=here").await,
    );
    away.subscribe(group())
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    away.close().await.unwrap();
    let mut present = here.subscribe(group()).await.unwrap();
    for n in 0..100 {
        publish(&publisher, "a.b", n).await;
    }
    let mut seen = HashSet::new();
    while let Ok(Some(delivery)) = timeout(Duration::from_secs(1), present.recv()).await {
        seen.insert(number(&delivery));
        delivery.ack().await.unwrap();
    }
    assert!(
        seen.len() < 100,
        "declared otherwise: others got the share of one that is away"
    );
    let back = client(&broker, "&client_id=away").await;
    let mut back = back.subscribe(group()).await.unwrap();
    while seen.len() < 100 {
        let delivery = next(&mut back).await;
        assert!(seen.insert(number(&delivery)), "it came twice");
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn retries_outlive_the_process_that_asked_for_them() {
    let broker = Setup::new().start();
    let group = || SubscribeOptions::group("g", [on("a.b")]);
    let mqtt = client(&broker, "&client_id=m").await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    publish(&mqtt, "a.b", 7).await;
    let first = next(&mut subscription).await;
    let id = first.envelope().id().cloned();
    first.nack(Duration::from_millis(500)).await.unwrap();
    drop(subscription);
    mqtt.close().await.unwrap();
    let mqtt = client(&broker, "&client_id=m").await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    let again = next(&mut subscription).await;
    assert_eq!((number(&again), again.attempt()), (7, 2));
    assert_eq!(again.envelope().id().cloned(), id);
    assert_eq!(again.envelope().routing_key().as_str(), "a.b");
    again.ack().await.unwrap();
    mqtt.close().await.unwrap();
    // Acked, it is gone from the broker, too.
    let mqtt = client(&broker, "&client_id=m").await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    publish(&mqtt, "a.b", 8).await;
    assert_eq!(number(&next(&mut subscription).await), 8);
}
