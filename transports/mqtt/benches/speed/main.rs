//! Publishing and consuming over mosquitto, beside bare rumqttc, and paho, in the same run.
//!
//! `cargo bench -p trunkline-mqtt --bench speed [-- --events N --rounds N ROW…]`
#![allow(clippy::unwrap_used, reason = "a benchmark may")]
#![allow(clippy::print_stdout, reason = "figures are what it is for")]
#![allow(missing_docs, reason = "a program")]

mod bare;
mod contender;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use contender::{Contender, measure};
use futures_util::stream::{self, StreamExt};
use rumqttc::v5::mqttbytes::QoS;
use trunkline_core::{
    Binding, Envelope, EventId, PublishOptions, RoutingKey, SubscribeOptions, Transport,
};
use trunkline_mqtt::Mqtt;
use trunkline_suite::mosquitto::Mosquitto;

const TOPIC: &str = "calls/call/created";

fn body() -> Bytes {
    const BODY: &[u8] = &[b'x'; 300];
    Bytes::from_static(BODY)
}

/// Those of a Wazo event.
fn headers() -> [(&'static str, &'static str); 10] {
    [
        ("name", "call_created"),
        ("origin_uuid", "cc5f7a3e-5f5f-4c5f-8f5f-5f5f5f5f5f5f"),
        ("tenant_uuid", "47bfdafc-2897-4369-8fb3-153d41fb835d"),
        (
            "required_acl",
            "events.calls.47bfdafc-2897-4369-8fb3-153d41fb835d",
        ),
        ("required_access", "event.call_created"),
        ("timestamp", "2026-11-20T19:25:57.306051"),
        ("user_uuid:*", "true"),
        ("application", "wazo-calld"),
        ("version", "1"),
        ("one-more", "to make ten"),
    ]
}

fn envelope(rich: bool) -> Envelope {
    let key = RoutingKey::new(TOPIC.replace('/', ".")).unwrap();
    let mut envelope = Envelope::new(key, body());
    if rich {
        for (name, value) in headers() {
            envelope = envelope.with_header(name, value).unwrap();
        }
        envelope = envelope.with_content_type("application/json");
    }
    envelope
}

async fn connect(broker: &Mosquitto, parameters: &str) -> Mqtt {
    let url = format!("mqtt://127.0.0.1:{}?{parameters}", broker.port());
    trunkline_mqtt::connect(&url).await.unwrap()
}

/// Publishes with so many unanswered at most, each awaited.
async fn publish(broker: Arc<Mosquitto>, events: usize, window: usize, rich: bool) -> Duration {
    let publishing = tokio::spawn(async move {
        let mqtt = connect(&broker, "").await;
        let envelope = envelope(rich);
        let begun = Instant::now();
        let each = stream::iter(0..events).map(|_| {
            let envelope = envelope.clone().with_id(EventId::generate());
            mqtt.publish(envelope, PublishOptions::new())
        });
        let mut each = each.buffer_unordered(window);
        while let Some(outcome) = each.next().await {
            outcome.unwrap();
        }
        let took = begun.elapsed();
        drop(each);
        mqtt.close().await.unwrap();
        took
    });
    publishing.await.unwrap()
}

/// Publishes without an answer, one after the other, until the broker has all.
async fn publish_unanswered(broker: Arc<Mosquitto>, events: usize) -> Duration {
    let publishing = tokio::spawn(async move {
        let mqtt = connect(&broker, "qos=0").await;
        let envelope = envelope(false);
        let begun = Instant::now();
        for _ in 0..events {
            let envelope = envelope.clone().with_id(EventId::generate());
            mqtt.publish(envelope, PublishOptions::new()).await.unwrap();
        }
        mqtt.close().await.unwrap();
        begun.elapsed()
    });
    publishing.await.unwrap()
}

async fn fill(broker: &Mosquitto, events: usize) {
    let mqtt = connect(broker, "").await;
    let envelope = envelope(false);
    let each = stream::iter(0..events).map(|_| {
        let envelope = envelope.clone().with_id(EventId::generate());
        mqtt.publish(envelope, PublishOptions::new())
    });
    each.buffer_unordered(500)
        .for_each(|outcome| async { drop(outcome.unwrap()) })
        .await;
    mqtt.close().await.unwrap();
}

/// Takes what waits for a group, and acks each.
async fn consume(broker: Arc<Mosquitto>, count: usize) -> Duration {
    let taking = tokio::spawn(async move {
        let mqtt = connect(&broker, "client_id=consumer").await;
        let key = Binding::builder().key(TOPIC.replace('/', ".").as_str());
        let group = SubscribeOptions::group("g", [key.build().unwrap()]);
        let group = group.with_prefetch(200.try_into().unwrap());
        let subscribed = mqtt.subscribe(group.clone()).await.unwrap();
        subscribed.close().await.unwrap();
        fill(&broker, count).await;
        // As the bare client's, the clock begins before the connection is made.
        let begun = Instant::now();
        let mut subscription = mqtt.subscribe(group).await.unwrap();
        for _ in 0..count {
            subscription.recv().await.unwrap().ack().await.unwrap();
        }
        let took = begun.elapsed();
        mqtt.close().await.unwrap();
        took
    });
    taking.await.unwrap()
}

fn rows() -> Vec<(&'static str, &'static str, Vec<Contender>)> {
    let answered = |window: u16, rich: bool| {
        let bare = move |broker, events| {
            let properties = rich.then(|| bare::by_hand(true));
            bare::publish(broker, events, window, QoS::AtLeastOnce, properties)
        };
        let ours = move |broker, events| publish(broker, events, window.into(), rich);
        vec![
            Contender::new("rumqttc", bare),
            Contender::new("trunkline", ours),
        ]
    };
    let unanswered = |with_properties: bool| {
        let bare = move |broker, events| {
            let properties = with_properties.then(|| bare::by_hand(false));
            bare::publish(broker, events, 1000, QoS::AtMostOnce, properties)
        };
        vec![
            Contender::new("rumqttc", bare),
            Contender::new("trunkline", publish_unanswered),
        ]
    };
    let mut hundred = answered(100, false);
    let paho = |broker, events| bare::paho(broker, events, 100);
    hundred.push(Contender::new("paho", paho).with_share(5));
    let consuming = vec![
        Contender::new("rumqttc", bare::consume),
        Contender::new("trunkline", consume),
    ];
    vec![
        ("100", "publish QoS 1, 100 in flight, each awaited", hundred),
        (
            "1000",
            "publish QoS 1, 1000 in flight",
            answered(1000, false),
        ),
        (
            "qos0",
            "publish QoS 0, until the broker has all",
            unanswered(false),
        ),
        (
            "bytes",
            "publish QoS 0, beside the same bytes by hand",
            unanswered(true),
        ),
        (
            "headers",
            "publish QoS 1, ten headers, beside them by hand",
            answered(100, true),
        ),
        (
            "consume",
            "consume QoS 1, acked after the handler",
            consuming,
        ),
    ]
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let (mut events, mut rounds, mut wanted) = (50_000, 7, Vec::new());
    while let Some(word) = words.next() {
        let mut number = || words.next().unwrap().parse().unwrap();
        match word.as_str() {
            "--bench" => {}
            "--events" => events = number(),
            "--rounds" => rounds = number(),
            _ => wanted.push(word),
        }
    }
    println!("{events} events of 300 bytes, {rounds} rounds, the middle one told\n");
    println!("| what | client | events/s | of rumqttc | µs of client | µs of broker |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (id, what, contenders) in rows() {
        if !wanted.is_empty() && !wanted.iter().any(|one| one == id) {
            continue;
        }
        for row in measure(&contenders, events, rounds).await {
            let (name, rate, share) = (row.name, row.rate, row.of_first);
            let (own, broker) = (row.own_cpu, row.broker_cpu);
            println!("| {what} | {name} | {rate:.0} | {share:.2} | {own:.1} | {broker:.1} |");
        }
    }
}
