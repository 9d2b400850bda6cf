//! `kazoo vectors`, and `--dialect kazoo`.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{run, run_with};

fn vectors() -> Vec<Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../kazoo/tests/vectors/kazoo-vectors.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind(kind: &str) -> Vec<Value> {
    let all = vectors().into_iter();
    all.filter(|vector| vector["kind"] == kind).collect()
}

#[test]
fn every_vector_is_answered_or_skipped() {
    let vectors = vectors();
    let lines: String = vectors.iter().map(|vector| format!("{vector}\n")).collect();
    let left = run_with(&["kazoo", "vectors"], lines);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let answers = left.json();
    assert_eq!(answers.len(), vectors.len());
    let mut skipped = 0;
    for (answer, vector) in answers.iter().zip(&vectors) {
        assert_eq!(answer["id"], vector["id"]);
        if answer["skipped"] == true {
            skipped += 1;
            continue;
        }
        for part in ["out", "err"] {
            assert_eq!(answer.get(part), vector.get(part), "{}", vector["id"]);
        }
    }
    assert_eq!(skipped, 54, "the websocket's kinds");
}

#[test]
fn messages_are_encoded_as_kazoo_publishes_them() {
    for vector in of_kind("publish") {
        let message = vector["in"]["message"].to_string();
        let left = run_with(&["encode", "--dialect", "kazoo"], message);
        let out = left.last();
        match vector.get("out") {
            Some(expected) => assert_eq!(out, *expected, "{}", vector["id"]),
            None => {
                assert_eq!(left.code, Some(4), "{}", vector["id"]);
                assert!(out["error"]["field"].is_string(), "{}", vector["id"]);
            }
        }
    }
}

#[test]
fn messages_are_decoded_bare_or_as_payload() {
    for vector in of_kind("envelope") {
        let message = &vector["in"]["message"];
        let line = json!({"headers": {}, "payload": message, "routing_key": "x"});
        for line in [line.to_string(), message.to_string()] {
            let left = run_with(&["decode", "--dialect", "kazoo"], line);
            assert_eq!(left.last(), vector["out"], "{}", vector["id"]);
        }
    }
}

#[test]
fn frames_of_older_servers_are_replayed() {
    let frames: String = of_kind("legacy_event")
        .iter()
        .filter(|vector| vector["in"]["text"].as_str().unwrap().starts_with('{'))
        .map(|vector| format!("{}\n", vector["in"]["text"].as_str().unwrap()))
        .collect();
    let arguments = [
        "replay",
        "-",
        "--dialect",
        "kazoo",
        "--speed",
        "max",
        "--json",
    ];
    let left = run_with(&arguments, frames);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let keys: Vec<_> = left
        .json()
        .iter()
        .map(|line| line["routing_key"].clone())
        .collect();
    let call = "at6dmu4ffk97vnlp6qfq";
    assert!(
        keys.contains(&json!(format!("call.CHANNEL_CREATE.{call}"))),
        "{keys:?}"
    );
    assert!(
        keys.contains(&json!(format!("call.CHANNEL_DESTROY.{call}"))),
        "{keys:?}"
    );
}

#[test]
fn an_event_is_published_to_its_account() {
    let publish = |arguments: &[&str]| {
        run(&[&["publish", "--dialect", "kazoo", "--json"], arguments].concat())
    };
    let account = "4b31dd1d32ce6d249897c06332375d65";
    let left = publish(&[
        "CHANNEL_HOLD",
        "--tenant",
        account,
        "--data",
        r#"{"Call-ID":"a.b"}"#,
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(left.last()["routing_key"], "call.CHANNEL_HOLD.a%2Eb");
    assert_eq!(publish(&["CHANNEL_HOLD", "--data", "{}"]).code, Some(2));
}
