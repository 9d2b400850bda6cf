//! `acl` and `collectd`.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{run, run_with};

fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wazo/tests/vectors");
    let text = std::fs::read_to_string(path.join(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn lines<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    values
        .into_iter()
        .map(|value| format!("{value}\n"))
        .collect()
}

#[test]
fn every_recorded_check_of_access_is_decided_as_recorded() {
    let vectors = vectors("acl-vectors.jsonl");
    let part = |check: usize| {
        move |vector: &Value| -> Vec<Value> {
            let checks = vector["checks"].as_array().unwrap();
            checks.iter().map(|pair| pair[check].clone()).collect()
        }
    };
    let asked: Vec<Value> = vectors
        .iter()
        .map(|vector| {
            json!({"id": vector["id"], "acl": vector["acl"], "auth_id": vector["auth_id"],
                "session_id": vector["session_id"], "required": part(0)(vector)})
        })
        .collect();
    for input in [lines(&asked), lines(&vectors)] {
        let left = run_with(&["acl", "check", "--stdin"], input);
        assert_eq!(left.code, Some(0), "{}", left.err);
        assert_eq!(left.json().len(), vectors.len());
        for (answer, vector) in left.json().iter().zip(&vectors) {
            let wanted = json!({"id": vector["id"], "granted": part(1)(vector)});
            assert_eq!(*answer, wanted, "{}", vector["id"]);
        }
    }
}

#[test]
fn a_check_on_the_command_line_says_granted_or_refused() {
    let check = |arguments: &[&str]| {
        let left = run(&[&["acl", "check"], arguments].concat());
        assert_eq!(left.code, Some(0), "{}", left.err);
        left.out.trim().to_owned()
    };
    let granted = "events.calls.created";
    assert_eq!(
        check(&["--acl", "events.calls.#", "--", granted]),
        "granted"
    );
    assert_eq!(check(&["--acl", "events.calls.#", granted]), "granted");
    assert_eq!(check(&[granted, "--acl", "x", "events.#"]), "granted");
    assert_eq!(check(&["--acl", "x", "--acl", "y", granted]), "refused");
    assert_eq!(
        check(&["--acl", "#", "!events.calls.*", granted]),
        "refused"
    );
    assert_eq!(
        check(&["--auth-id", "a", "--acl", "x.me", "x.a"]),
        "granted"
    );
    assert_eq!(
        check(&["--json", "--acl", "x", "x"]),
        r#"{"granted":true,"required":"x"}"#
    );
}

#[test]
fn lines_that_ask_nothing_are_refused_with_their_field() {
    let input =
        "{}\n{\"acl\":[]}\n{\"acl\":1,\"required\":[]}\nx\n{\"acl\":[],\"required\":[null]}";
    let left = run_with(&["acl", "check", "--stdin"], input);
    assert_eq!(left.code, Some(4));
    let fields = left.json();
    let fields: Vec<_> = fields
        .iter()
        .map(|answer| answer["error"]["field"].as_str())
        .collect();
    assert_eq!(
        fields,
        [
            Some("acl"),
            Some("required"),
            Some("acl"),
            Some("line"),
            None
        ]
    );
    assert_eq!(left.last(), json!({"id": null, "granted": [true]}));
}

#[test]
fn every_recorded_statistic_is_written_as_recorded() {
    let vectors = vectors("collectd-vectors.jsonl");
    for arguments in [
        &["collectd", "encode", "--stdin"][..],
        &["collectd", "encode"],
    ] {
        let left = run_with(arguments, lines(&vectors));
        assert_eq!(left.code, Some(0), "{}", left.err);
        assert_eq!(left.json().len(), 22);
        for (message, vector) in left.json().iter().zip(&vectors) {
            assert_eq!(*message, vector["expect"], "{}", vector["id"]);
        }
    }
    let left = run_with(
        &["collectd", "encode", "--stdin"],
        "{\"name\":\"x\",\"service_uuid\":\"u\"}",
    );
    assert_eq!(left.code, Some(4));
    assert_eq!(left.last()["error"]["field"], "name");
}
