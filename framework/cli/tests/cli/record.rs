//! `record` and `replay`.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{morning, run, run_with, scratch, text};

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Records what a file holds, and gives the lines without their offsets.
fn record(input: &Path, out: &Path) -> Vec<Value> {
    let left = run(&[
        "record",
        "--input",
        text(input),
        "--out",
        text(out),
        "--json",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let mut lines = lines(out);
    assert_eq!(left.last()["recorded"], json!(lines.len()));
    for line in &mut lines {
        assert!(line["offset"].as_f64().unwrap() >= 0.0);
        line["offset"] = json!(0);
    }
    lines
}

#[test]
fn a_recording_of_a_recording_is_the_same() {
    let (first, second) = (scratch("first.jsonl"), scratch("second.jsonl"));
    let recorded = record(&morning(), &first);
    assert_eq!(recorded.len(), 96);
    assert_eq!(record(&first, &second), recorded);
}

#[test]
fn nothing_of_an_envelope_is_lost() {
    let line = json!({
        "record": 1, "offset": 0, "routing_key": "a.b",
        "headers": {"int": 1, "float": 1.0, "null": null, "bool": true, "text": "é",
            "bytes": {"$bytes": "00ff"}, "list": [1, [2.5]], "table": {"a": {"b": null}}},
        "properties": {"id": "an id", "timestamp": "2026-02-03T04:05:06.078901002Z", "content_type": "text/plain",
            "content_encoding": "gzip", "persistent": false, "priority": 9, "expiration_ms": 60000,
            "correlation_id": "c", "causation_id": "d", "reply_to": "r.s", "kind": "k", "app_id": "p"},
        "body_base64": "/wD+",
    });
    let (input, out) = (scratch("all.jsonl"), scratch("all-again.jsonl"));
    std::fs::write(&input, line.to_string()).unwrap();
    assert_eq!(record(&input, &out), [line]);
}

#[test]
fn messages_and_descriptions_are_replayed_too() {
    let encoded = run_with(&["encode"], std::fs::read(morning()).unwrap());
    let replayed = run_with(&["replay", "-", "--speed", "max", "--json"], encoded.out);
    assert_eq!(replayed.code, Some(0), "{}", replayed.err);
    let expected =
        json!({"published": 96, "routed": 0, "unroutable": 96, "left_out": 0, "refused": 0});
    assert_eq!(replayed.last(), expected);
    assert!(replayed.err.contains("memory:"), "{}", replayed.err);
}

#[test]
fn a_replay_keeps_the_pace_it_is_given() {
    let line = |offset: f64| {
        json!({"record": 1, "offset": offset, "routing_key": "a", "body": ""}).to_string()
    };
    let input = format!("{}\n{}\n", line(0.0), line(2.0));
    let begun = std::time::Instant::now();
    let left = run_with(&["replay", "-", "--speed", "10"], input);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let took = begun.elapsed().as_secs_f64();
    assert!((0.2..2.0).contains(&took), "{took}");
}

#[test]
fn only_some_are_replayed_and_tenants_are_told_of_others() {
    let acme = "275cabc3-2607-51a3-b644-22331fcd85fb";
    let morning = morning();
    let map = format!("{acme}=lab.1");
    let arguments = [
        "replay",
        text(&morning),
        "--speed",
        "max",
        "--only",
        "call_*",
        "--tenant-map",
        &map,
        "--json",
    ];
    let summary = run(&arguments).last();
    assert_eq!(
        (&summary["published"], &summary["left_out"]),
        (&json!(62), &json!(34))
    );

    let event = json!({"level": "tenant", "name": "x", "routing_key_fmt": "tenants.{tenant_uuid}.x", "tenant_uuid": acme, "content": {"tenant_uuid": acme}});
    let out = run_with(
        &["replay", "-", "--tenant-map", &map, "--json"],
        event.to_string(),
    );
    assert_eq!(
        out.json()[0]["routing_key"],
        json!("tenants.lab__DOT__1.x"),
        "{}",
        out.err
    );
}

#[test]
fn refused_lines_are_told_with_line_and_field_and_the_others_go_on() {
    let good = json!({"record": 1, "offset": 0, "routing_key": "a", "body": ""}).to_string();
    for (bad, field) in [
        (
            json!({"record": 2, "offset": 0, "routing_key": "a", "body": ""}),
            "record",
        ),
        (
            json!({"record": 1, "offset": -1, "routing_key": "a", "body": ""}),
            "offset",
        ),
        (json!({"record": 1, "offset": 0, "body": ""}), "routing_key"),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a..b", "body": ""}),
            "routing_key",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a"}),
            "body",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a", "body": "", "body_base64": ""}),
            "body",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a", "body_base64": "?"}),
            "body_base64",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a", "body": "", "headers": {"x-a": 1}}),
            "headers",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a", "body": "", "headers": 7}),
            "headers",
        ),
        (
            json!({"record": 1, "offset": 0, "routing_key": "a", "body": "", "properties": {"timestamp": "x"}}),
            "properties",
        ),
    ] {
        let left = run_with(
            &["replay", "-", "--json"],
            format!("{good}\n{bad}\n{good}\n"),
        );
        assert_eq!(left.code, Some(4), "{bad}: {}", left.err);
        let out = left.json();
        assert_eq!(out[1]["error"]["line"], json!(2), "{bad}");
        assert_eq!(out[1]["error"]["field"], json!(field), "{bad}: {}", out[1]);
        assert_eq!(left.last()["published"], json!(2), "{bad}");
    }
}

#[test]
fn an_event_that_expires_at_once_holds_nothing_up() {
    let expired = json!({"record": 1, "offset": 0, "routing_key": "a", "body": "", "properties": {"expiration_ms": 0}});
    let lasting = json!({"record": 1, "offset": 0, "routing_key": "b", "body": "", "properties": {"expiration_ms": u64::MAX, "timestamp": 1e18}});
    let input = format!("{expired}\n{lasting}\n{expired}\n");
    let listened = run_with(&["listen", "--input", "-", "--json"], input.as_str());
    assert_eq!(listened.code, Some(0), "{}", listened.err);
    assert_eq!(listened.json().len(), 1);
    // A service is given the time it needs.
    let summary = run_with(&["run", "--input", "-", "--json"], input).last();
    assert_eq!(
        (&summary["published"], &summary["handled"]),
        (&json!(3), &json!(3))
    );
}
