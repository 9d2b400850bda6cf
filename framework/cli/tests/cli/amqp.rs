//! The program on a real RabbitMQ.

use std::io::BufRead;
use std::process::Stdio;

use serde_json::json;
use trunkline::{
    Binding, DeadReason, Envelope, EventId, PublishOptions, Rejection, RoutingKey, SubscribeOptions,
};
use trunkline_suite::ports::Port;
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::scratch::Scratch;
use trunkline_suite::wait_until;

use crate::support::{AtWork, PATIENCE, run, run_with};

/// A virtual host of the test's own, and its URL.
fn rabbit() -> (Vhost, String) {
    let vhost = Vhost::new(Node::shared());
    let url = format!("{}?profile=wazo", vhost.url());
    (vhost, url)
}

/// Waits until somebody consumes: what is published then arrives.
fn listening(vhost: &Vhost) {
    wait_until(PATIENCE, "a listener", || {
        let bound = vhost.node().eval(&format!(
            "[1 || Q <- rabbit_amqqueue:list(<<\"{}\">>), \
                 [{{consumers, 1}}] =:= rabbit_amqqueue:info(Q, [consumers])]",
            vhost.name()
        ));
        bound != "[]"
    });
}

#[test]
fn what_is_published_is_heard_on_rabbitmq() {
    let (vhost, url) = rabbit();
    let listen = ["listen", "--json", "--count", "1", "--transport", &url];
    let mut listener = AtWork::start(&listen, Stdio::null());
    listening(&vhost);
    let publish = [
        "publish",
        "call_created",
        "--level",
        "tenant",
        "--tenant",
        "acme",
        "--routing-key",
        "calls.created",
        "--data",
        r#"{"call_id":"1.42"}"#,
        "--transport",
        &url,
        "--json",
    ];
    let left = run(&publish);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let heard: serde_json::Value = serde_json::from_str(&listener.line()).unwrap();
    assert_eq!(heard["name"], "call_created");
    assert_eq!(heard["data"], json!({"call_id": "1.42"}));
    assert_eq!(
        heard["headers"]["user_uuid:*"],
        json!(true),
        "a boolean, as on Wazo's wire"
    );
    assert_eq!(listener.code(), Some(0));
}

#[test]
fn a_recording_is_made_and_replayed_on_rabbitmq() {
    let (vhost, url) = rabbit();
    let scratch = Scratch::new("cli-amqp");
    let file = scratch.file("events.jsonl");
    let file = file.to_str().unwrap();
    let record = ["record", "--out", file, "--count", "3", "--transport", &url];
    let recorder = AtWork::start(&record, Stdio::null());
    listening(&vhost);
    let events: String = (0..3)
        .map(|n| {
            let line = json!({
                "level": "service", "name": "tick", "routing_key_fmt": "ticks", "content": {"n": n},
            });
            format!("{line}\n")
        })
        .collect();
    let left = run_with(&["publish", "--stdin", "--transport", &url], events);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(recorder.code(), Some(0));
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 3);
    let listen = ["listen", "--json", "--count", "3", "--transport", &url];
    let mut listener = AtWork::start(&listen, Stdio::null());
    listening(&vhost);
    let left = run(&["replay", file, "--speed", "max", "--transport", &url]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    for n in 0..3 {
        let heard: serde_json::Value = serde_json::from_str(&listener.line()).unwrap();
        assert_eq!(heard["data"]["n"], n);
    }
}

#[test]
fn a_wrong_password_is_told_without_it() {
    let (vhost, _) = rabbit();
    let name = vhost.name();
    let url = format!(
        "amqp://{name}:wr0ngsecret@127.0.0.1:{}/{name}",
        vhost.node().port()
    );
    let left = run(&["publish", "tick", "--level", "service", "--transport", &url]);
    assert_eq!(left.code, Some(3), "{}", left.err);
    assert!(left.err.contains("user and password"), "{}", left.err);
    assert!(!left.err.contains("wr0ngsecret"), "{}", left.err);
}

#[test]
fn dead_letters_of_a_group_nobody_knows_are_none() {
    let (_vhost, url) = rabbit();
    let left = run(&[
        "dead-letters",
        "list",
        "--group",
        "none",
        "--json",
        "--transport",
        &url,
    ]);
    assert_eq!((left.code, left.out.trim()), (Some(0), ""), "{}", left.err);
}

/// Rejects two events for a group, and gives its subscription, whose events wait at the broker.
async fn two_dead(url: &str) {
    let rabbit = trunkline::connect_transport(url).await.unwrap();
    let key = RoutingKey::new("calls.created").unwrap();
    let binding = Binding::builder().name("call_created").build().unwrap();
    let options = SubscribeOptions::group("billing", [binding]);
    let mut billing = rabbit.subscribe(options).await.unwrap();
    for n in 1..=2 {
        let event = Envelope::new(key.clone(), json!({"data": {"n": n}}).to_string())
            .with_header("name", "call_created")
            .unwrap()
            .with_content_type("application/json")
            .with_id(EventId::from_text(&format!("call-{n}")));
        rabbit.publish(event, PublishOptions::new()).await.unwrap();
        let delivery = billing.recv().await.unwrap();
        let rejection = Rejection::new(DeadReason::Rejected, "no such call");
        delivery.reject(rejection).await.unwrap();
    }
    drop(billing);
    rabbit.close().await.unwrap();
}

#[test]
fn dead_letters_on_rabbitmq_are_listed_shown_replayed_and_purged() {
    let (vhost, url) = rabbit();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(two_dead(&url));
    let letters = |arguments: &[&str]| {
        let place = ["--group", "billing", "--json", "--transport", &url];
        let left = run(&[&["dead-letters"], arguments, &place].concat());
        assert_eq!(left.code, Some(0), "{arguments:?}: {}", left.err);
        left
    };
    let ids = || -> Vec<String> {
        let listed = letters(&["list"]).json();
        let id = |letter: &serde_json::Value| letter["id"].as_str().unwrap().to_owned();
        listed.iter().map(id).collect()
    };
    let known = ids();
    assert_eq!(known.len(), 2, "{known:?}");
    let shown = letters(&["show", &known[0]]).last();
    for (key, value) in [
        ("source", json!("billing")),
        ("reason", json!("rejected")),
        ("attempts", json!(1)),
        ("name", json!("call_created")),
    ] {
        assert_eq!(shown[key], value, "{key}: {shown}");
    }
    assert!(shown["error"].as_str().unwrap().contains("no such call"));
    // What was only looked at is still there, and in its place.
    assert_eq!(ids(), known);
    let replayed = letters(&["replay", &known[0]]).last();
    assert_eq!(replayed, json!({"replayed": 1}));
    assert_eq!(vhost.messages("billing"), Some(1));
    assert_eq!(ids(), known[1..]);
    let purged = letters(&["purge", "--all"]).last();
    assert_eq!(purged, json!({"purged": 1}));
    assert!(ids().is_empty());
}

/// A port on which nobody listens, kept from others, and its URL.
fn nobody() -> (Port, String) {
    let port = Port::free();
    let url = format!("amqp://127.0.0.1:{port}/");
    (port, url)
}

#[test]
fn a_broker_that_is_not_there_is_told_at_once() {
    let (_port, url) = nobody();
    for command in [
        &["listen", "--for", "1h"][..],
        &["publish", "tick", "--level", "service"],
        &["dead-letters", "list", "--group", "g"],
    ] {
        let left = run(&[command, &["--transport", &url]].concat());
        assert_eq!(left.code, Some(3), "{command:?}: {}", left.err);
        assert!(left.err.contains("cannot reach 127.0.0.1:"), "{}", left.err);
        assert!(left.err.contains("check the host"), "{}", left.err);
    }
}

#[test]
fn a_host_waits_for_its_broker_and_ends_when_told_to() {
    let (port, amqp) = nobody();
    let mqtt = format!("mqtt://127.0.0.1:{port}");
    for url in [amqp, mqtt] {
        let run = ["run", "--log", "off", "--transport", &url];
        let (host, said) = AtWork::start_heard(&run, Stdio::null());
        let first = said.lines().next().unwrap().unwrap();
        assert!(first.starts_with("waiting for the broker: "), "{first}");
        host.signal("TERM");
        assert_eq!(host.code(), Some(0), "{url}");
    }
}
