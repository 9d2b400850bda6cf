//! What Wazo's own library wrote travels over mosquitto and back without a change.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use serde_json::Value as Json;
use tokio::time::timeout;
use trunkline_core::{
    Binding, Dialect, Envelope, Headers, PublishOptions, RoutingKey, SubscribeOptions, Transport,
    TransportErrorKind, Value,
};
use trunkline_mqtt::connect;
use trunkline_suite::mosquitto::Setup;
use trunkline_wazo::Wazo;

const PATIENCE: Duration = Duration::from_secs(20);

/// The recorded events, as `framework/wazo/tests/vectors/README.md` describes them.
fn recorded() -> Vec<Envelope> {
    let lines = include_str!("../../../framework/wazo/tests/vectors/wazo-vectors.jsonl").lines();
    let vectors = lines.map(|line| serde_json::from_str::<Json>(line).unwrap());
    let written = vectors.filter_map(|vector| vector.get("expect").cloned());
    let events: Vec<_> = written.map(|expect| envelope(&expect)).collect();
    assert_eq!(events.len(), 363);
    events
}

fn envelope(expect: &Json) -> Envelope {
    let headers = expect["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| (name, Value::try_from(value).unwrap()));
    let key = RoutingKey::verbatim(expect["routing_key"].as_str().unwrap()).unwrap();
    Envelope::new(key, serde_json::to_vec(&expect["payload"]).unwrap())
        .with_headers(Headers::try_from_iter(headers).unwrap())
        .with_content_type("application/json")
}

async fn every_event_comes_as_it_went(parameters: &str) {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}{parameters}", broker.port());
    let mqtt = connect(&url).await.unwrap();
    let everything = SubscribeOptions::live([Binding::everything()]);
    let mut subscription = mqtt.subscribe(everything).await.unwrap();
    let wazo = Wazo::new();
    let mut refused = 0;
    for sent in recorded() {
        let outcome = mqtt.publish(sent.clone(), PublishOptions::new()).await;
        if !sent.routing_key().is_canonical() {
            // No transport takes it: it would mean something else on the next broker.
            assert_eq!(outcome.unwrap_err().kind(), TransportErrorKind::Refused);
            refused += 1;
            continue;
        }
        outcome.unwrap();
        let got = timeout(PATIENCE, subscription.recv())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(*got.envelope(), sent);
        assert!(
            got.envelope().headers().is_identical(sent.headers()),
            "{sent:?}"
        );
        assert_eq!(wazo.event_name(got.envelope()), wazo.event_name(&sent));
        got.ack().await.unwrap();
    }
    assert!(refused < 20, "{refused} keys are not canonical");
    mqtt.close().await.unwrap();
}

#[tokio::test]
async fn every_recorded_event_comes_as_it_went_over_mqtt_5() {
    every_event_comes_as_it_went("").await;
}

#[tokio::test]
async fn every_recorded_event_comes_as_it_went_over_mqtt_3() {
    every_event_comes_as_it_went("?version=3.1.1").await;
}

#[tokio::test]
async fn every_recorded_event_comes_as_it_went_in_an_envelope_over_mqtt_5() {
    every_event_comes_as_it_went("?envelope=true").await;
}
