//! Clients of other makes as witnesses: mosquitto's own, and paho-mqtt. They read what ours write, and
//! the other way round, so that writing and reading cannot agree on the same mistake.
//!
//! | group of cases | here | in `conformance.rs`, by paho-mqtt unless said otherwise |
//! | --- | --- | --- |
//! | publish and subscribe | [`events`] | `a_witness_reads_and_is_read` |
//! | patterns, keys, headers | [`events`] | `headers_are_the_same_to_a_witness`, `a_foreign_event_stops_nobody`, `a_nameless_event_is_delivered` |
//! | payloads | [`events`] | |
//! | groups | [`groups`] | |
//! | settlement | [`groups`] | |
//! | connection life | [`connection`] | `an_eviction_is_not_silence`, by `mosquitto_pub` |
//! | order, flow, shutdown | [`order`] | |
//! | services on top | [`services`] | |
#![allow(clippy::unwrap_used, reason = "a test may")]

mod connection;
mod events;
mod groups;
mod order;
#[path = "../under_test/witness.rs"]
#[allow(dead_code, reason = "others need more of it")]
mod paho;
mod programs;
mod services;

use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{
    Binding, Delivery, Envelope, PublishOptions, RoutingKey, Subscription, Transport,
};
use trunkline_mqtt::{Mqtt, connect};
use trunkline_suite::mosquitto::Mosquitto;

const PATIENCE: Duration = Duration::from_secs(30);

/// The key of [`event`], and its topic.
const KEY: &str = "calls.call.created";
const TOPIC: &str = "calls/call/created";

async fn client(broker: &Mosquitto, id: &str) -> Mqtt {
    client_at(broker.port(), id).await
}

async fn client_at(port: u16, id: &str) -> Mqtt {
    let url = format!("mqtt://127.0.0.1:{port}?client_id={id}&keep_alive=1");
    connect(&url).await.unwrap()
}

fn on(pattern: &str) -> Binding {
    Binding::builder().key(pattern).build().unwrap()
}

async fn publish(mqtt: &Mqtt, envelope: Envelope, options: PublishOptions) {
    mqtt.publish(envelope, options).await.unwrap();
}

fn event(body: &str) -> Envelope {
    Envelope::new(RoutingKey::new(KEY).unwrap(), body.to_owned())
        .with_header("name", "call_created")
        .unwrap()
        .with_content_type("text/plain")
}

async fn next(subscription: &mut Subscription) -> Delivery {
    timeout(PATIENCE, subscription.recv())
        .await
        .unwrap()
        .unwrap()
}

/// Takes the next delivery and acks it.
async fn taken(subscription: &mut Subscription) -> Envelope {
    let delivery = next(subscription).await;
    let envelope = delivery.envelope().clone();
    delivery.ack().await.unwrap();
    envelope
}

fn text(delivery: &Delivery) -> &str {
    std::str::from_utf8(delivery.envelope().body()).unwrap()
}
