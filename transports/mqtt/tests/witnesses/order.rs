//! Order, and what is on its way when we close.

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline_conformance::Witness;
use trunkline_core::{PublishOptions, SubscribeOptions, Transport};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::proxy::Proxy;

use crate::paho::Paho;
use crate::programs::{mosquitto_pub_reading, mosquitto_sub};
use crate::{KEY, PATIENCE, TOPIC, client, client_at, event, on, publish, taken};

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

#[tokio::test]
async fn mosquitto_sub_reads_in_the_order_we_publish() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let listening = mosquitto_sub(&broker, "witness", 2000, &["-t", TOPIC]);
    let numbers = numbers(2000);
    let each = numbers
        .iter()
        .map(|number| publish(&mqtt, event(number), PublishOptions::new()));
    stream::iter(each).buffered(100).collect::<Vec<_>>().await;
    assert_eq!(listening.lines(), numbers);
}

#[tokio::test]
async fn what_mosquitto_pub_writes_comes_in_its_order() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let live = SubscribeOptions::live([on(KEY)]);
    let mut subscription = mqtt.subscribe(live).await.unwrap();
    let numbers = numbers(2000);
    let lines = numbers.join("\n");
    let writing = spawn_blocking(move || {
        mosquitto_pub_reading(&broker, &["-t", TOPIC, "-l"], lines.as_bytes());
        broker
    });
    for number in &numbers {
        assert_eq!(taken(&mut subscription).await.body(), number.as_bytes());
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn paho_reads_first_passes_in_order_over_our_reconnects() {
    let broker = Setup::new().start();
    let link = Proxy::to_port(broker.port()).await;
    let paho = Paho::start(broker.port(), false);
    let mut heard = paho.listen(KEY).await;
    let mqtt = client_at(link.port(), "us").await;
    let numbers = numbers(400);
    for some in numbers.chunks(80) {
        let all = some
            .iter()
            .map(|number| publish(&mqtt, event(number), PublishOptions::new()));
        // They are on their way when the link goes.
        let cut = async { link.cut() };
        tokio::join!(join_all(all), cut);
    }
    let mut first_passes: Vec<String> = Vec::new();
    while first_passes.len() < numbers.len() {
        let event = timeout(PATIENCE, heard.next()).await.unwrap();
        let number = String::from_utf8(event.body.to_vec()).unwrap();
        if !first_passes.contains(&number) {
            first_passes.push(number);
        }
    }
    assert_eq!(first_passes, numbers);
}

#[tokio::test]
async fn what_was_published_at_once_is_with_mosquitto_sub_after_a_close() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?qos=0", broker.port());
    let mqtt = trunkline_mqtt::connect(&url).await.unwrap();
    let listening = mosquitto_sub(&broker, "witness", 500, &["-t", TOPIC]);
    let numbers = numbers(500);
    for number in &numbers {
        publish(&mqtt, event(number), PublishOptions::new()).await;
    }
    mqtt.close().await.unwrap();
    assert_eq!(listening.lines(), numbers);
}
