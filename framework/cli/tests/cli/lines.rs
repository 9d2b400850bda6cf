//! `encode` and `decode`.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{AtWork, run_with, vectors};

fn recorded() -> Vec<Value> {
    let text = std::fs::read_to_string(vectors()).unwrap();
    let recorded: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(recorded.len(), 369);
    recorded
}

#[test]
fn every_recorded_event_is_encoded_as_recorded() {
    let left = run_with(&["encode"], std::fs::read(vectors()).unwrap());
    assert_eq!(left.code, Some(4), "some of them are recorded as refused");
    let encoded = left.json();
    assert_eq!(encoded.len(), 369);
    let mut refused = 0;
    for (number, (wire, vector)) in encoded.iter().zip(recorded()).enumerate() {
        let id = &vector["id"];
        if vector.get("expect_error").is_some() {
            refused += 1;
            assert_eq!(wire["error"]["line"], json!(number + 1), "{id}");
            assert!(wire["error"]["field"].is_string(), "{id}");
            assert!(wire["error"]["reason"].is_string(), "{id}");
            continue;
        }
        for part in ["headers", "payload", "routing_key", "event_routing_key"] {
            assert_eq!(wire[part], vector["expect"][part], "{id}: {part}");
        }
    }
    assert_eq!(refused, 6);
}

#[test]
fn decode_gives_back_what_encode_was_given() {
    let encoded = run_with(&["encode"], std::fs::read(vectors()).unwrap());
    let wires: Vec<_> = encoded
        .out
        .lines()
        .filter(|line| !line.starts_with("{\"error\""))
        .collect();
    let wires = wires.join("\n");
    let decoded = run_with(&["decode"], wires.as_str());
    assert_eq!(decoded.code, Some(0), "{}", decoded.err);
    let written = recorded()
        .into_iter()
        .filter(|vector| vector.get("expect").is_some());
    for (event, vector) in decoded.json().iter().zip(written) {
        let id = &vector["id"];
        for same in ["name", "now", "service_uuid"] {
            assert_eq!(event[same], vector[same], "{id}: {same}");
        }
        // A caller's header of that name is the tenant, as far as the wire tells.
        assert_eq!(
            event["tenant_uuid"], vector["expect"]["headers"]["tenant_uuid"],
            "{id}"
        );
        assert_eq!(event["content"], vector["expect"]["data"], "{id}");
    }
    let again = run_with(&["encode"], decoded.out);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let wires = wires
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    for (wire, again) in wires.zip(again.json()) {
        for part in ["headers", "payload", "routing_key"] {
            assert_eq!(wire[part], again[part], "{part}");
        }
    }
}

#[test]
fn a_refused_line_does_not_hold_up_the_others() {
    let good = r#"{"level":"service","name":"a","routing_key_fmt":"a.{b}","content":{"b":1}}"#;
    let bad = [
        "not json",
        "[]",
        "{}",
        "{\"level\":",
        "\u{1}",
        r#"{"level":"x","name":"a","routing_key_fmt":"a"}"#,
    ];
    let mut input = String::new();
    for bad in bad {
        input.push_str(&format!("{bad}\n\n{good}\n"));
    }
    let left = run_with(&["encode"], input);
    assert_eq!(left.code, Some(4));
    let out = left.json();
    assert_eq!(out.len(), 2 * bad.len());
    for (at, pair) in out.chunks(2).enumerate() {
        // Blank lines are passed over, and counted.
        assert_eq!(pair[0]["error"]["line"], json!(3 * at + 1));
        assert_eq!(pair[1]["routing_key"], json!("a.1"));
    }
    assert!(left.err.contains("6 lines refused"), "{}", left.err);
}

#[test]
fn no_input_panics() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let inputs: Vec<Vec<u8>> = vec![
        vec![],
        vec![0xff, 0xfe, b'\n'],
        b"\xef\xbb\xbf{}\n".to_vec(),
        deep.clone().into_bytes(),
        format!(
            r#"{{"level":"service","name":"a","routing_key_fmt":"a","content":{{"a":{deep}}}}}"#
        )
        .into_bytes(),
        format!(r#"{{"payload":{deep}}}"#).into_bytes(),
        br#"{"level":"service","name":"","routing_key_fmt":"","now":"9999999999"}"#.to_vec(),
        br#"{"headers":{"a":1e999},"payload":{}}"#.to_vec(),
        br#"{"headers":{"a":99999999999999999999},"payload":{"data":-0}}"#.to_vec(),
        br#"{"headers":{"name":"a"},"payload":"text","routing_key":7}"#.to_vec(),
    ];
    for input in inputs {
        for command in [
            &["encode"][..],
            &["decode"],
            &["encode", "--dialect", "plain"],
            &["decode", "--dialect", "plain"],
            &["encode", "--dialect", "kazoo"],
            &["decode", "--dialect", "kazoo"],
            &["encode", "--dialect", "cloudevents"],
            &["encode", "--dialect", "cloudevents-json"],
            &["decode", "--dialect", "cloudevents"],
            &["kazoo", "vectors"],
            &["acl", "check", "--stdin"],
            &["collectd", "encode"],
            &["publish", "--stdin"],
            &["replay", "-"],
        ] {
            let left = run_with(command, input.clone());
            assert!(
                matches!(left.code, Some(0 | 4)),
                "{command:?}: {:?} {}",
                left.code,
                left.err
            );
            assert!(!left.err.contains("panicked"), "{command:?}: {}", left.err);
        }
    }
}

#[test]
fn an_answer_comes_before_the_next_line_is_asked_for() {
    let mut encode = AtWork::start(&["encode"], Stdio::piped());
    let mut input = encode.stdin();
    for number in 0..3 {
        let event = json!({"level": "service", "name": "a", "routing_key_fmt": "a.{n}", "content": {"n": number}});
        writeln!(input, "{event}").unwrap();
        let answer: Value = serde_json::from_str(&encode.line()).unwrap();
        assert_eq!(answer["routing_key"], json!(format!("a.{number}")));
    }
    drop(input);
    assert_eq!(encode.code(), Some(0));
}

#[test]
fn the_plain_dialect_is_encoded_and_decoded_too() {
    let event = json!({"level": "tenant", "name": "doors_opened", "routing_key_fmt": "doors.{floor}",
        "content": {"floor": "2.a"}, "tenant_uuid": "t1"});
    let wire = run_with(&["encode", "--dialect", "plain"], event.to_string());
    assert_eq!(wire.last()["routing_key"], json!("doors.2%2Ea"));
    let back = run_with(&["decode", "--dialect", "plain"], wire.out).last();
    for same in ["level", "name", "content", "tenant_uuid"] {
        assert_eq!(back[same], event[same], "{same}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_exits_with_130() {
    for signal in ["INT", "TERM"] {
        let mut encode = AtWork::start(&["encode"], Stdio::piped());
        let mut input = encode.stdin();
        writeln!(input, "{{}}").unwrap();
        encode.line();
        encode.signal(signal);
        assert_eq!(encode.code(), Some(130), "{signal}");
        drop(input);
    }
}
