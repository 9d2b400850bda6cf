//! The program on a real RabbitMQ.

use std::process::Stdio;

use serde_json::json;
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
