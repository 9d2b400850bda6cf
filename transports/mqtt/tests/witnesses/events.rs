//! What an event is on the wire: topics, properties, bodies, filters.

use trunkline_core::{Envelope, PublishOptions, RoutingKey, SubscribeOptions, Transport, Value};
use trunkline_suite::mosquitto::Setup;

use crate::programs::{mosquitto_pub, mosquitto_pub_reading, mosquitto_sub};
use crate::{KEY, TOPIC, client, event, next, on, publish, taken, text};

#[tokio::test]
async fn topics_headers_and_bodies_are_read_by_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let format = ["-t", "calls/#", "-F", "%t|%p|%P"];
    let listening = mosquitto_sub(&broker, "witness", 1, &format);
    publish(&mqtt, event("42"), PublishOptions::new()).await;
    let lines = listening.lines();
    let (head, properties) = lines[0].rsplit_once('|').unwrap();
    assert_eq!(head, "calls/call/created|42");
    assert!(properties.contains("name:call_created"), "{properties}");
    assert!(properties.contains("x-trunkline-stamp:"), "{properties}");
}

#[tokio::test]
async fn what_mosquitto_pub_writes_is_an_event() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let live = SubscribeOptions::live([on("calls.*.created")]);
    let mut subscription = mqtt.subscribe(live).await.unwrap();
    let property = ["-D", "publish", "user-property", "name", "call_created"];
    let content_type = ["-D", "publish", "content-type", "text/plain"];
    let what = ["-t", TOPIC, "-m", "42"];
    mosquitto_pub(&broker, &[&what[..], &property, &content_type].concat());
    let delivery = next(&mut subscription).await;
    let envelope = delivery.envelope();
    assert_eq!(envelope.routing_key().as_str(), "calls.call.created");
    let name = envelope.headers().get("name").unwrap().to_value();
    assert_eq!(name, Value::from("call_created"));
    assert_eq!(envelope.properties().content_type(), Some("text/plain"));
    assert_eq!((text(&delivery), envelope.id()), ("42", None));
}

#[tokio::test]
async fn our_patterns_take_what_the_filters_of_mosquitto_sub_take() {
    const KEYS: [&str; 8] = ["a", "a.b", "a.b.c", "b", "b.b", "A.b", "é.☎", "b.a.b"];
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let bodiless = |key: &str| Envelope::new(RoutingKey::new(key).unwrap(), "");
    for (pattern, filter) in [
        ("a.#", "a/#"),
        ("a.*", "a/+"),
        ("*.b", "+/b"),
        ("*.*", "+/+"),
        ("a.*.c", "a/+/c"),
        ("a.b", "a/b"),
        ("é.*", "é/+"),
        ("#", "#"),
    ] {
        let live = SubscribeOptions::live([on(pattern), on("the.end")]);
        let mut ours = mqtt.subscribe(live).await.unwrap();
        let id = format!("for {filter}");
        let both = ["-t", filter, "-t", "the/end", "-F", "%t"];
        let theirs = mosquitto_sub(&broker, &id, KEYS.len() + 2, &both);
        for key in KEYS.into_iter().chain(["the.end"]) {
            publish(&mqtt, bodiless(key), PublishOptions::new()).await;
        }
        let mut heard = Vec::new();
        loop {
            match taken(&mut ours).await.routing_key().as_str() {
                "the.end" => break,
                key => heard.push(key.replace('.', "/")),
            }
        }
        assert_eq!(heard, theirs.lines_before("the/end"), "{pattern}");
    }
}

#[tokio::test]
async fn what_no_level_can_hold_is_escaped_for_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let listening = mosquitto_sub(&broker, "witness", 1, &["-t", "a/#", "-F", "%t"]);
    let key = RoutingKey::new("a.1/2+3").unwrap();
    publish(&mqtt, Envelope::new(key, ""), PublishOptions::new()).await;
    assert_eq!(listening.lines(), ["a/1%2F2%2B3"]);
}

#[tokio::test]
async fn bodies_pass_to_and_from_mosquittos_clients_byte_for_byte() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let mut ours = mqtt
        .subscribe(SubscribeOptions::live([on(KEY)]))
        .await
        .unwrap();
    for size in [1, 256, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 1 << 20] {
        let body: Vec<u8> = (0..=u8::MAX).cycle().take(size).collect();
        let id = format!("for {size}");
        let theirs = mosquitto_sub(&broker, &id, 1, &["-t", TOPIC, "-N"]);
        let sent = event("").with_body(body.clone());
        publish(&mqtt, sent, PublishOptions::new()).await;
        assert!(theirs.bytes() == body, "{size} bytes read by mosquitto_sub");
        assert!(
            taken(&mut ours).await.body() == &body,
            "{size} bytes of our own"
        );
        mosquitto_pub_reading(&broker, &["-t", TOPIC, "-s"], &body);
        let theirs = taken(&mut ours).await;
        assert!(theirs.body() == &body, "{size} bytes of mosquitto_pub");
    }
}
