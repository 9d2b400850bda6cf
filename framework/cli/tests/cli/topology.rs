//! `trunkline topology`, without a broker and on real ones.

use std::time::Duration;

use serde_json::{Value, json};
use trunkline::{Binding, SubscribeOptions, Subscription, Transport};
use trunkline_suite::mosquitto;
use trunkline_suite::ports::Port;
use trunkline_suite::rabbitmq::{Node, Setup, Vhost};

use crate::support::{Left, run};

/// Runs the command for programs.
fn topology(arguments: &[&str]) -> Left {
    run(&[&["topology", "--json"], arguments].concat())
}

/// The lines of a kind.
fn lines(left: &Left, kind: &str) -> Vec<Value> {
    let all = left.json().into_iter();
    all.filter_map(|mut line| line.get_mut(kind).map(Value::take))
        .collect()
}

/// The part of this kind and name.
fn part(left: &Left, kind: &str, name: &str) -> Value {
    let is_it = |part: &Value| part["kind"] == kind && part["name"] == name;
    let found = lines(left, "part").into_iter().find(is_it);
    found.unwrap_or_else(|| panic!("no {kind} `{name}`: {}", left.out))
}

fn difference(left: &Left) -> Value {
    lines(left, "summary")[0]["difference"].clone()
}

/// A group at work, as a service makes it; it ends with the value.
struct AtWork {
    runtime: tokio::runtime::Runtime,
    _transport: std::sync::Arc<dyn Transport>,
    _subscription: Subscription,
}

fn at_work(url: &str, group: &str, name: &str) -> AtWork {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (transport, subscription) = runtime.block_on(async {
        let transport = trunkline::connect_transport(url).await.unwrap();
        let binding = Binding::builder().name(name).build().unwrap();
        let options = SubscribeOptions::group(group, [binding]);
        let subscription = transport.subscribe(options).await.unwrap();
        (transport, subscription)
    });
    AtWork {
        runtime,
        _transport: transport,
        _subscription: subscription,
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let close = self._transport.close();
        let closed = async { tokio::time::timeout(Duration::from_secs(20), close).await };
        self.runtime.block_on(closed).unwrap().unwrap();
    }
}

#[test]
fn memory_has_a_plan_and_nothing_to_compare() {
    let left = topology(&["--check", "--group", "billing", "--name", "call_created"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let queue = part(&left, "queue", "billing");
    assert_eq!(queue["broker"], "unknown");
    let binding = part(&left, "binding", "billing");
    assert_eq!(binding["settings"]["name"], "call_created");
    assert_eq!(difference(&left), json!(false));
    let left = run(&["topology", "--group", "billing"]);
    assert!(left.out.contains("nothing was compared"), "{}", left.out);
}

#[test]
fn without_a_subscription_it_is_that_of_run() {
    let left = topology(&[]);
    part(&left, "queue", "audit");
    part(&left, "queue", "call-stats");
}

#[test]
fn a_pattern_that_can_never_match_is_warned_of() {
    let left = topology(&["--check", "--key", "calls.*", "--key", "calls.call.created"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let warnings = lines(&left, "warning");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let warning = warnings[0].as_str().unwrap();
    // There is `calls.missed`, and `calls.call.created` is not reached.
    assert!(warning.contains("`calls.*` matches 1 of"), "{warning}");
    assert!(warning.contains("`calls.#` matches all"), "{warning}");
    let plain = ["--dialect", "plain", "--key", "calls.*"];
    let plain = [&plain[..], &["--known-key", "calls.call.created"]].concat();
    let warnings = lines(&topology(&plain), "warning");
    let warning = warnings[0].as_str().unwrap();
    assert!(warning.contains("`calls.*` matches none"), "{warning}");
    let own = ["--key", "fax.*", "--known-key", "fax.{id}"];
    assert!(lines(&topology(&own), "warning").is_empty());
    let own = ["--key", "fax.*", "--known-key", "fax.in.sent"];
    assert_eq!(lines(&topology(&own), "warning").len(), 1);
}

#[test]
fn what_is_missing_on_rabbitmq_is_told_and_not_made() {
    let vhost = Vhost::new(Node::shared());
    let url = format!("{}?profile=wazo", vhost.url());
    let arguments = [
        "--group",
        "billing",
        "--name",
        "call_created",
        "--transport",
        &url,
    ];
    let left = topology(&[&["--check"], &arguments[..]].concat());
    assert_eq!(left.code, Some(1), "{}", left.err);
    for (kind, name) in [
        ("exchange", "xivo"),
        ("exchange", "wazo-headers"),
        ("queue", "billing"),
        ("queue", "billing.dead"),
    ] {
        assert_eq!(part(&left, kind, name)["broker"], "missing", "{name}");
    }
    assert_eq!(part(&left, "binding", "billing")["broker"], "unknown");
    assert!(vhost.exchanges().is_empty() && vhost.queues().is_empty());
    // Without `--check` a difference is no failure.
    assert_eq!(topology(&arguments).code, Some(0));
}

#[test]
fn what_a_service_has_made_on_rabbitmq_is_no_difference() {
    let vhost = Vhost::new(Node::shared());
    let url = format!("{}?profile=wazo", vhost.url());
    let billing = at_work(&url, "billing", "call_created");
    let check = |url: &str, name: &str| {
        topology(&[
            "--check",
            "--group",
            "billing",
            "--name",
            name,
            "--transport",
            url,
        ])
    };
    let left = check(&url, "call_created");
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    for name in ["xivo", "wazo-headers", "wazo-headers.keys"] {
        assert_eq!(part(&left, "exchange", name)["broker"], "same", "{name}");
    }
    for name in ["billing", "billing.dead", "billing.members"] {
        assert_eq!(part(&left, "queue", name)["broker"], "same", "{name}");
    }
    // Members at work want something else than we would.
    let left = check(&url, "call_ended");
    assert_eq!(left.code, Some(1), "{}", left.out);
    assert_eq!(part(&left, "queue", "billing.members")["broker"], "differs");
    // The queue is there, and kept otherwise.
    let left = check(&format!("{url}&queue=quorum"), "call_created");
    assert_eq!(left.code, Some(1), "{}", left.out);
    let queue = part(&left, "queue", "billing");
    assert_eq!(queue["broker"], "differs");
    assert!(queue["detail"].as_str().unwrap().contains("x-"), "{queue}");
    // So is an exchange that matches otherwise.
    let other = format!(
        "{}?exchange=wazo-headers.keys&exchange_type=headers",
        vhost.url()
    );
    let exchange = part(
        &check(&other, "call_created"),
        "exchange",
        "wazo-headers.keys",
    );
    let detail = exchange["detail"].as_str().unwrap();
    assert!(detail.contains("'topic'"), "{detail}");
    drop(billing);
    assert!(
        !vhost
            .exchanges()
            .contains(&"wazo-headers.keys.keys".to_owned())
    );
}

#[test]
fn many_names_are_matched_here() {
    let names: Vec<_> = (0..500).map(|n| format!("event_{n}")).collect();
    let mut arguments = vec!["--transport", "amqp://127.0.0.1:1/?profile=wazo"];
    for name in &names {
        arguments.extend(["--name", name]);
    }
    // There is no broker; what would be declared is told all the same.
    let left = topology(&arguments);
    assert_eq!(left.code, Some(3), "{}", left.err);
    let matching = &lines(&left, "matching")[0];
    assert_eq!(matching["exact"], json!(false));
    let how = matching["how"].as_str().unwrap();
    assert!(how.contains("everything of `wazo-headers`"), "{how}");
}

#[test]
fn the_management_api_tells_of_bindings() {
    let port = Port::free();
    let node = Node::with("management", &Setup::with_management(port.number()));
    let vhost = Vhost::new(node);
    vhost.allow_management();
    let url = format!("{}?profile=wazo", vhost.url());
    let billing = at_work(&url, "billing", "call_created");
    let name = vhost.name();
    let api = format!("http://{name}:{name}@127.0.0.1:{}", port.number());
    let check = |api: &str, event: &str| {
        topology(&[
            "--check",
            "--group",
            "billing",
            "--name",
            event,
            "--transport",
            &url,
            "--management",
            api,
        ])
    };
    let left = check(&api, "call_created");
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert_eq!(part(&left, "binding", "billing")["broker"], "same");
    assert_eq!(part(&left, "binding", "wazo-headers")["broker"], "same");
    assert_eq!(lines(&left, "summary")[0]["unknown"], 0, "{}", left.out);
    let left = check(&api, "call_ended");
    assert_eq!(left.code, Some(1), "{}", left.out);
    assert_eq!(part(&left, "binding", "billing")["broker"], "missing");
    let surplus = &lines(&left, "surplus")[0];
    assert_eq!(surplus["settings"]["arguments"]["name"], "call_created");
    let wrong = api.replace(&format!(":{name}@"), ":wr0ngsecret@");
    let left = check(&wrong, "call_created");
    assert_eq!(left.code, Some(3), "{}", left.err);
    assert!(left.err.contains("user and password"), "{}", left.err);
    assert!(!left.err.contains("wr0ngsecret"), "{}", left.err);
    drop(billing);
}

#[test]
fn a_group_on_mqtt_is_compared_by_what_it_says_of_itself() {
    let broker = mosquitto::Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?client_id=billing-1", broker.port());
    let check = |name: &str| {
        topology(&[
            "--check",
            "--group",
            "billing",
            "--name",
            name,
            "--transport",
            &url,
        ])
    };
    let topic = "/trunkline/group/billing/bindings";
    let left = check("call_created");
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    assert_eq!(part(&left, "retained message", topic)["broker"], "missing");
    let billing = at_work(&url, "billing", "call_created");
    let left = check("call_created");
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert_eq!(part(&left, "retained message", topic)["broker"], "same");
    assert_eq!(
        part(&left, "topic filter", "$share/billing/#")["broker"],
        "there"
    );
    let left = check("call_ended");
    assert_eq!(left.code, Some(1), "{}", left.out);
    assert_eq!(part(&left, "retained message", topic)["broker"], "differs");
    drop(billing);
}
