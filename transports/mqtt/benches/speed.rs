//! Publishing and consuming over mosquitto, beside bare rumqttc in the same run.
//!
//! `cargo bench -p trunkline-mqtt --bench speed [-- EVENTS ROUNDS]`
#![allow(clippy::unwrap_used, reason = "a benchmark may")]
#![allow(clippy::print_stdout, reason = "figures are what it is for")]
#![allow(missing_docs, reason = "a program")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{ConnectProperties, Packet, PublishProperties};
use rumqttc::v5::{AsyncClient, Event, EventLoop, MqttOptions};
use tokio::sync::Semaphore;
use trunkline_core::{
    Binding, Envelope, EventId, PublishOptions, RoutingKey, SubscribeOptions, Transport,
};
use trunkline_suite::mosquitto::{Mosquitto, Setup};

const TOPIC: &str = "calls/call/created";

fn body() -> Bytes {
    Bytes::from(vec![b'x'; 300])
}

fn options(broker: &Mosquitto, id: &str, window: u16) -> MqttOptions {
    let mut options = MqttOptions::new(id, "127.0.0.1", broker.port());
    options.set_keep_alive(Duration::from_secs(30));
    options.set_outgoing_inflight_upper_limit(window);
    options
}

/// Ten headers of a Wazo event, as properties by hand.
fn by_hand() -> PublishProperties {
    let headers = headers().into_iter();
    let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    PublishProperties {
        user_properties: headers.map(text).collect(),
        content_type: Some("application/json".into()),
        ..PublishProperties::default()
    }
}

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

async fn bare_publish(
    broker: &Mosquitto,
    events: usize,
    window: u16,
    qos: QoS,
    rich: bool,
) -> Duration {
    let (client, mut events_of) =
        AsyncClient::new(options(broker, "bare", window), usize::from(window));
    let places = Arc::new(Semaphore::new(usize::from(window)));
    let begun = Instant::now();
    let publishing = {
        let places = Arc::clone(&places);
        tokio::spawn(async move {
            let properties = by_hand();
            for _ in 0..events {
                if qos != QoS::AtMostOnce {
                    places.acquire().await.unwrap().forget();
                }
                let sent = match rich {
                    true => {
                        client
                            .publish_with_properties(TOPIC, qos, false, body(), properties.clone())
                            .await
                    }
                    false => client.publish(TOPIC, qos, false, body()).await,
                };
                sent.unwrap();
            }
            client
        })
    };
    let mut done = 0;
    while done < events {
        match events_of.poll().await.unwrap() {
            Event::Incoming(Packet::PubAck(_)) => {
                places.add_permits(1);
                done += 1;
            }
            Event::Outgoing(rumqttc::Outgoing::Publish(0)) => done += 1,
            _ => {}
        }
    }
    let took = begun.elapsed();
    drop(publishing.await.unwrap());
    took
}

async fn our_publish(
    broker: &Mosquitto,
    events: usize,
    window: usize,
    qos: u8,
    rich: bool,
) -> Duration {
    let url = format!("mqtt://127.0.0.1:{}?qos={qos}", broker.port());
    let mqtt = trunkline_mqtt::connect(&url).await.unwrap();
    let mut envelope = Envelope::new(RoutingKey::new(TOPIC.replace('/', ".")).unwrap(), body());
    if rich {
        for (name, value) in headers() {
            envelope = envelope.with_header(name, value).unwrap();
        }
        envelope = envelope.with_content_type("application/json");
    }
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
}

async fn fill(broker: &Mosquitto, events: usize) {
    our_publish(broker, events, 500, 1, false).await;
}

fn bare_consumer(broker: &Mosquitto) -> (AsyncClient, EventLoop) {
    let mut options = options(broker, "bare-consumer", 100);
    options.set_clean_start(false);
    options.set_manual_acks(true);
    let mut properties = ConnectProperties::new();
    properties.session_expiry_interval = Some(600);
    properties.receive_maximum = Some(200);
    options.set_connect_properties(properties);
    AsyncClient::new(options, 1000)
}

async fn bare_consume(broker: &Mosquitto, count: usize) -> Duration {
    let (client, mut events) = bare_consumer(broker);
    client.subscribe(TOPIC, QoS::AtLeastOnce).await.unwrap();
    while !matches!(
        events.poll().await.unwrap(),
        Event::Incoming(Packet::SubAck(_))
    ) {}
    drop((client, events));
    fill(broker, count).await;
    let (client, mut events) = bare_consumer(broker);
    let begun = Instant::now();
    let mut got = 0;
    while got < count {
        if let Event::Incoming(Packet::Publish(publish)) = events.poll().await.unwrap() {
            client.ack(&publish).await.unwrap();
            got += 1;
        }
    }
    begun.elapsed()
}

async fn our_consume(broker: &Mosquitto, count: usize) -> Duration {
    let url = format!("mqtt://127.0.0.1:{}?client_id=consumer", broker.port());
    let mqtt = trunkline_mqtt::connect(&url).await.unwrap();
    let group = || {
        let key = Binding::builder()
            .key(TOPIC.replace('/', ".").as_str())
            .build()
            .unwrap();
        SubscribeOptions::group("g", [key]).with_prefetch(200.try_into().unwrap())
    };
    mqtt.subscribe(group())
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    fill(broker, count).await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    let begun = Instant::now();
    for _ in 0..count {
        subscription.recv().await.unwrap().ack().await.unwrap();
    }
    let took = begun.elapsed();
    subscription.close().await.unwrap();
    mqtt.remove_group("g").await.unwrap();
    mqtt.close().await.unwrap();
    took
}

fn broker() -> Mosquitto {
    Setup::new()
        .forgetful()
        .with("max_inflight_messages 0\nlog_type error")
        .start()
}

/// The middle of several rates, per second.
fn middle(events: usize, mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    events as f64 / took[took.len() / 2].as_secs_f64()
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let events = numbers.next().unwrap_or(30_000);
    let rounds = numbers.next().unwrap_or(5);
    println!("{events} events of 300 bytes, {rounds} rounds interleaved, the middle one told");
    println!(
        "{:<40} {:>10} {:>10} {:>6}",
        "what", "rumqttc/s", "ours/s", "ratio"
    );
    for what in 0..5 {
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let broker = broker();
            let (b, o) = match what {
                0 => (
                    bare_publish(&broker, events, 100, QoS::AtLeastOnce, false).await,
                    our_publish(&broker, events, 100, 1, false).await,
                ),
                1 => (
                    bare_publish(&broker, events, 1000, QoS::AtLeastOnce, false).await,
                    our_publish(&broker, events, 1000, 1, false).await,
                ),
                2 => (
                    bare_publish(&broker, events, 100, QoS::AtMostOnce, false).await,
                    our_publish(&broker, events, 100, 0, false).await,
                ),
                3 => (
                    bare_publish(&broker, events, 100, QoS::AtLeastOnce, true).await,
                    our_publish(&broker, events, 100, 1, true).await,
                ),
                _ => (
                    bare_consume(&broker, events).await,
                    our_consume(&broker, events).await,
                ),
            };
            bare.push(b);
            ours.push(o);
        }
        let name = [
            "publish QoS 1, 100 in flight",
            "publish QoS 1, 1000 in flight",
            "publish QoS 0",
            "publish QoS 1, ten headers",
            "consume QoS 1, ack each",
        ][what];
        let (bare, ours) = (middle(events, bare), middle(events, ours));
        println!("{name:<40} {bare:>10.0} {ours:>10.0} {:>6.2}", ours / bare);
    }
}
