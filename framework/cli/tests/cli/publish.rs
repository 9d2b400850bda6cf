//! `publish`.

use serde_json::json;

use crate::support::{morning, run, run_with, scratch, text, vectors};

#[test]
fn the_key_and_the_answer_are_printed_and_nobody_there_is_explained() {
    let arguments = [
        "publish",
        "call_created",
        "--tenant",
        "t1",
        "--user",
        "u1",
        "--routing-key",
        "calls.{call_id}.created",
        "--data",
        r#"{"call_id":"17.42"}"#,
    ];
    let left = run(&arguments);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(left.out, "calls.17__DOT__42.created  unroutable\n");
    assert!(left.err.contains("memory:"), "{}", left.err);
    let left = run(&[&arguments[..], &["--json", "--quiet"]].concat());
    let expected = json!({"name": "call_created", "routing_key": "calls.17__DOT__42.created", "answer": "unroutable"});
    assert_eq!((left.last(), left.err.as_str()), (expected, ""));
}

#[test]
fn data_comes_from_the_option_a_file_or_standard_input() {
    let file = scratch("data.json");
    std::fs::write(&file, "{\"n\": 7}\n").unwrap();
    let at_file = format!("@{}", file.display());
    for (data, input) in [
        (r#"{"n": 7}"#, ""),
        (at_file.as_str(), ""),
        ("-", "{\"n\": 7}"),
    ] {
        let left = run_with(
            &["publish", "x", "--routing-key", "a.{n}", "--data", data],
            input,
        );
        assert_eq!(left.out, "a.7  unroutable\n", "{data}: {}", left.err);
    }
    let left = run_with(&["publish", "x", "--data", "-"], "{");
    assert_eq!(left.code, Some(4), "{}", left.err);
    assert!(left.err.contains("line 1, field `data`"), "{}", left.err);
}

#[test]
fn one_event_is_published_for_each_line_and_refused_ones_are_told() {
    let left = run_with(
        &["publish", "--stdin", "--json"],
        std::fs::read(vectors()).unwrap(),
    );
    assert_eq!(left.code, Some(4), "{}", left.err);
    let out = left.json();
    assert_eq!(out.len(), 369);
    let refused = out
        .iter()
        .filter(|line| line.get("error").is_some())
        .count();
    // Six are recorded as refused, five have keys that no transport of ours carries.
    assert_eq!(refused, 11);
    let left = run_with(&["publish", "--stdin"], std::fs::read(morning()).unwrap());
    assert_eq!((left.code, left.out.lines().count()), (Some(0), 96));
}

#[test]
fn audience_follows_from_tenant_and_users() {
    let file = scratch("audience.jsonl");
    for (options, headers) in [
        (&[][..], json!({})),
        (
            &["--tenant", "t"],
            json!({"tenant_uuid": "t", "user_uuid:*": true}),
        ),
        (
            &["--tenant", "t", "--user", "u"],
            json!({"tenant_uuid": "t", "user_uuid:u": true}),
        ),
        (
            &["--tenant", "t", "--level", "user"],
            json!({"tenant_uuid": "t"}),
        ),
        (
            &["--tenant", "t", "--user", "u", "--user", "v"],
            json!({"tenant_uuid": "t", "user_uuid:u": true, "user_uuid:v": true}),
        ),
    ] {
        // What was published is seen by encoding the same description.
        let left = run(&[&["publish", "x"], options].concat());
        assert_eq!(left.code, Some(0), "{options:?}: {}", left.err);
        let value = |option: &str| {
            let at = options.iter().position(|given| *given == option)?;
            Some(options[at + 1])
        };
        let users: Vec<_> = options
            .windows(2)
            .filter(|pair| pair[0] == "--user")
            .map(|pair| pair[1])
            .collect();
        let level = match (value("--tenant"), users.len(), value("--level")) {
            (None, ..) => "service",
            (Some(_), 0, None) => "tenant",
            (Some(_), 2.., _) => "multi_user",
            _ => "user",
        };
        let event = json!({"level": level, "name": "x", "routing_key_fmt": "{name}", "tenant_uuid": value("--tenant"),
            "user_uuid": users.first(), "user_uuids": users});
        std::fs::write(&file, event.to_string()).unwrap();
        let seen = run(&["listen", "--input", text(&file), "--json"]).last();
        for (name, value) in headers.as_object().unwrap() {
            assert_eq!(&seen["headers"][name], value, "{options:?}");
        }
    }
}
