//! `catalog`.

use serde_json::{Value, json};

use crate::support::run;

fn list(arguments: &[&str]) -> Vec<Value> {
    let left = run(&[&["catalog", "list", "--json"], arguments].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    left.json()
}

#[test]
fn every_event_is_listed_once() {
    let events = list(&[]);
    assert_eq!(events.len(), 392);
    for event in &events {
        for part in ["name", "level", "routing_key", "required_acl"] {
            assert!(event[part].is_string(), "{event}");
        }
    }
    let calld = list(&["--service", "calld"]);
    assert!(calld.len() == 90 && calld.iter().all(|event| event["service"] == "calld"));
    assert!(
        list(&["--level", "multi_user"])
            .iter()
            .all(|event| event["level"] == "multi_user")
    );
    let names: Vec<_> = list(&["--name", "call_he*"])
        .iter()
        .map(|event| event["name"].clone())
        .collect();
    assert_eq!(names, [json!("call_held")]);
    assert!(run(&["catalog", "list"]).out.contains("call_held"));
}

#[test]
fn an_event_is_shown_with_its_fields() {
    let shown = run(&["catalog", "show", "call_held", "--json"]).last();
    assert_eq!(shown["required_acl"], "events.calls.{user_uuid}");
    assert_eq!(shown["fields"]["call_id"], "string");
    let text = run(&["catalog", "show", "call_held"]).out;
    for part in ["user", "calld", "call_id", "events.calls.{user_uuid}"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn an_event_is_found_by_an_older_name_and_by_one_of_an_open_name() {
    let name = |asked: &str| run(&["catalog", "show", asked, "--json"]).last()["name"].clone();
    assert_eq!(name("auth_tenant_created"), "auth_tenant_added");
    assert_eq!(
        name("users_forwards_busy_updated"),
        "users_forwards_{forward_name}_updated"
    );
    let left = run(&["catalog", "show", "call_hold"]);
    assert_eq!(left.code, Some(2));
    assert!(left.err.contains("call_held"), "{}", left.err);
    assert!(
        run(&["catalog", "show", "chat_message_sent"])
            .out
            .contains("chatd_user_room_message_created")
    );
}

#[test]
fn the_document_is_the_same_in_every_form() {
    let compact = run(&["catalog", "asyncapi", "--json"]).last();
    let json: Value =
        serde_json::from_str(&run(&["catalog", "asyncapi", "--format", "json"]).out).unwrap();
    let yaml: Value = serde_yaml_ng::from_str(&run(&["catalog", "asyncapi"]).out).unwrap();
    assert_eq!(compact, json);
    assert_eq!(compact, yaml);
    assert_eq!(compact["asyncapi"], "3.0.0");
    for part in ["channels", "operations"] {
        assert_eq!(compact[part].as_object().unwrap().len(), 392, "{part}");
    }
    let message = &compact["components"]["messages"]["call_held"];
    assert_eq!(message["x-required-acl"], "events.calls.{user_uuid}");
    assert_eq!(message["tags"][0]["name"], "calld");
    assert_eq!(
        message["payload"]["properties"]["name"]["const"],
        "call_held"
    );
}

#[test]
fn the_events_of_kazoo_are_there_by_their_dialect() {
    let events = list(&["--dialect", "kazoo"]);
    let names: Vec<_> = events
        .iter()
        .map(|event| event["name"].as_str().unwrap())
        .collect();
    for bound in [
        "CHANNEL_CREATE",
        "CHANNEL_ANSWER",
        "CHANNEL_DESTROY",
        "CHANNEL_HOLD",
        "CHANNEL_UNHOLD",
        "CHANNEL_BRIDGE",
        "PARK_PARKED",
        "PARK_RETRIEVED",
        "PARK_ABANDONED",
    ] {
        assert!(names.contains(&bound), "{bound}");
    }
    let document = run(&["catalog", "asyncapi", "--dialect", "kazoo", "--json"]).last();
    let channel = &document["channels"]["CHANNEL_HOLD"];
    assert_eq!(channel["bindings"]["amqp"]["exchange"]["name"], "callevt");
    assert_eq!(
        run(&["catalog", "list", "--dialect", "plain"]).code,
        Some(2)
    );
}
