//! mosquitto's own clients as witnesses: they read what ours write, and the other way round.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{
    Binding, DeadReason, Delivery, Envelope, PublishOptions, Rejection, RoutingKey,
    SubscribeOptions, Subscription, Transport, Value,
};
use trunkline_mqtt::{Mqtt, connect};
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::wait_until;

const PATIENCE: Duration = Duration::from_secs(20);

async fn client(broker: &Mosquitto, id: &str) -> Mqtt {
    let url = format!("mqtt://127.0.0.1:{}?client_id={id}", broker.port());
    connect(&url).await.unwrap()
}

fn on(pattern: &str) -> Binding {
    Binding::builder().key(pattern).build().unwrap()
}

async fn publish(mqtt: &Mqtt, envelope: Envelope, options: PublishOptions) {
    mqtt.publish(envelope, options).await.unwrap();
}

fn event(body: &str) -> Envelope {
    Envelope::new(
        RoutingKey::new("calls.call.created").unwrap(),
        body.to_owned(),
    )
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

fn text(delivery: &Delivery) -> &str {
    std::str::from_utf8(delivery.envelope().body()).unwrap()
}

fn program(name: &str, broker: &Mosquitto, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(["-V", "mqttv5", "-q", "1", "-p", &broker.port().to_string()]);
    command.args(arguments);
    command
}

fn mosquitto_pub(broker: &Mosquitto, arguments: &[&str]) {
    let status = program("mosquitto_pub", broker, arguments).status();
    let status = status.expect("tests/run installs mosquitto-clients");
    assert!(status.success());
}

/// Begins to listen for so many events; returns once the broker has granted it.
fn mosquitto_sub(broker: &Mosquitto, id: &str, count: usize, arguments: &[&str]) -> Child {
    let mut command = program("mosquitto_sub", broker, arguments);
    command.args(["-i", id, "-W", "30", "-C", &count.to_string()]);
    let child = command.stdout(Stdio::piped()).spawn();
    let child = child.expect("tests/run installs mosquitto-clients");
    let granted = format!("Sending SUBACK to {id}");
    wait_until(PATIENCE, &granted, || broker.log().contains(&granted));
    child
}

fn lines(child: Child) -> Vec<String> {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn topics_headers_and_bodies_are_read_by_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let format = ["-t", "calls/#", "-F", "%t|%p|%P"];
    let listening = mosquitto_sub(&broker, "witness", 1, &format);
    publish(&mqtt, event("42"), PublishOptions::new()).await;
    let lines = lines(listening);
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
    let what = ["-t", "calls/call/created", "-m", "42"];
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
async fn a_group_shares_its_work_with_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let group = SubscribeOptions::group("g", [on("calls.call.created")]);
    let mut subscription = mqtt.subscribe(group).await.unwrap();
    let share = ["-t", "$share/g/calls/call/created"];
    // It ends with the last of its share: the broker gives each in turn.
    let listening = mosquitto_sub(&broker, "witness", 10, &share);
    for number in 0..20 {
        publish(&mqtt, event(&number.to_string()), PublishOptions::new()).await;
    }
    let mut all = lines(listening);
    while all.len() < 20 {
        let delivery = next(&mut subscription).await;
        all.push(text(&delivery).to_owned());
        delivery.ack().await.unwrap();
    }
    all.sort_unstable_by_key(|number| number.parse::<u32>().unwrap());
    let expected: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    assert_eq!(all, expected);
}

#[tokio::test]
async fn last_values_and_dead_letters_are_there_for_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let group = SubscribeOptions::group("g", [on("calls.call.created")]);
    let mut subscription = mqtt.subscribe(group).await.unwrap();
    let last = PublishOptions::new().with_retain(true);
    publish(&mqtt, event("the last value"), last).await;
    let kept = mosquitto_sub(&broker, "one", 1, &["-t", "calls/#", "-F", "%r|%p"]);
    assert_eq!(lines(kept), ["1|the last value"]);
    let rejection = Rejection::new(DeadReason::Rejected, "no use");
    let delivery = next(&mut subscription).await;
    delivery.reject(rejection).await.unwrap();
    let dead = ["-t", "/trunkline/dead/g/#", "-F", "%p|%P"];
    let dead = lines(mosquitto_sub(&broker, "other", 1, &dead));
    assert!(dead[0].starts_with("the last value|"), "{dead:?}");
    assert!(dead[0].contains("x-trunkline-error:no use"), "{dead:?}");
}

#[tokio::test]
async fn what_mosquitto_pub_sends_waits_for_a_member_that_is_away() {
    let broker = Setup::new().start();
    let group = || SubscribeOptions::group("g", [on("calls.call.created")]);
    let mqtt = client(&broker, "us").await;
    mqtt.subscribe(group()).await.unwrap();
    mqtt.close().await.unwrap();
    mosquitto_pub(&broker, &["-t", "calls/call/created", "-m", "42"]);
    let mqtt = client(&broker, "us").await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    let delivery = next(&mut subscription).await;
    assert_eq!((text(&delivery), delivery.attempt()), ("42", 1));
    delivery.ack().await.unwrap();
}
