//! `listen`, and what it leaves out.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{AtWork, morning, run, run_with, text};

const ACME: &str = "275cabc3-2607-51a3-b644-22331fcd85fb";
const ADA: &str = "018f00ac-7536-57dc-a6a1-6fe038f71669";

fn listen(options: &[&str]) -> Vec<Value> {
    let morning = morning();
    let left = run(&[&["listen", "--json", "--input", text(&morning)], options].concat());
    assert_eq!(left.code, Some(0), "{options:?}: {}", left.err);
    left.json()
}

#[test]
fn an_event_has_the_promised_shape() {
    let events = listen(&["--name", "chatd_user_room_created", "--count", "1"]);
    let event = events[0].as_object().unwrap();
    let mut keys: Vec<_> = event.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "data",
            "headers",
            "message",
            "name",
            "received_at",
            "routing_key"
        ]
    );
    assert_eq!(event["name"], json!("chatd_user_room_created"));
    assert_eq!(event["data"]["name"], json!("Launch"));
    assert_eq!(event["headers"]["tenant_uuid"], json!(ACME));
    assert_eq!(event["message"]["content_type"], json!("application/json"));
    assert!(event["received_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    assert_eq!(listen(&[]).len(), 96);
    for (options, name) in [
        (&["--name", "call_*"][..], "call_"),
        (&["--name", "call_created", "--name", "call_ended"], "call_"),
        (&["--key", "calls.call.*"], "call_"),
        (&["--key", "chatd.#", "--key", "status.#"], ""),
        (&["--header", "name=agent_paused"], "agent_paused"),
        (
            &[
                "--header",
                "name=call_held",
                "--header",
                &format!("user_uuid:{ADA}=true"),
            ],
            "call_held",
        ),
    ] {
        let events = listen(options);
        assert!(!events.is_empty() && events.len() < 96, "{options:?}");
        assert!(
            events
                .iter()
                .all(|event| event["name"].as_str().unwrap().starts_with(name)),
            "{options:?}"
        );
    }
    assert!(listen(&["--name", "call_created", "--key", "chatd.#"]).is_empty());
    assert!(listen(&["--header", "user_uuid:x=\"true\""]).is_empty());
}

#[test]
fn a_tenant_and_a_user_see_their_own() {
    let of_tenant = listen(&["--tenant", ACME]);
    assert_eq!(of_tenant.len(), 41);
    assert!(
        of_tenant
            .iter()
            .all(|event| event["headers"]["tenant_uuid"] == ACME)
    );
    let of_user = listen(&["--user", ADA]);
    assert!(!of_user.is_empty());
    let own = format!("user_uuid:{ADA}");
    assert!(of_user.iter().all(|event| event["headers"][&own] == true));
    assert!(listen(&["--tenant", ACME, "--user", "nobody"]).is_empty());
}

#[test]
fn it_ends_after_a_count_or_a_time() {
    assert_eq!(listen(&["--count", "5"]).len(), 5);
    assert_eq!(listen(&["--count", "5", "--group", "billing"]).len(), 5);
    let left = run(&["listen", "--for", "50ms"]);
    assert_eq!((left.code, left.out.as_str()), (Some(0), ""));
    assert!(left.err.contains("--input"), "{}", left.err);
}

#[test]
fn people_get_a_line_for_each_event_without_colour_in_a_pipe() {
    let morning = morning();
    let left = run(&["listen", "--input", text(&morning)]);
    assert_eq!(left.out.lines().count(), 96);
    assert!(!left.out.contains('\u{1b}') && !left.err.contains('\u{1b}'));
}

#[test]
fn text_of_events_cannot_move_the_cursor() {
    let event = json!({"level": "service", "name": "evil\u{1b}[2J", "routing_key_fmt": "a", "content": {"x": "\u{9b}2J"}});
    let left = run_with(&["listen", "--input", "-"], event.to_string());
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.out.contains("evil"), "{}", left.out);
    assert!(!left.out.contains(['\u{1b}', '\u{9b}']), "{:?}", left.out);
}

#[test]
fn a_body_that_is_not_the_dialects_is_shown_as_it_is() {
    let line = json!({"record": 1, "offset": 0, "routing_key": "a", "headers": {"name": "x"}, "body_base64": "/wA="});
    let seen = run_with(&["listen", "--input", "-", "--json"], line.to_string()).last();
    assert_eq!(
        (&seen["data"], &seen["body_base64"]),
        (&json!(null), &json!("/wA="))
    );
    assert!(seen["unreadable"].is_string());
}

#[cfg(unix)]
#[test]
fn an_interrupt_exits_with_130() {
    // A recording that does not end: its writer keeps the pipe open.
    let mut listen = AtWork::start(&["listen", "--input", "-", "--json"], Stdio::piped());
    let mut input = listen.stdin();
    let event = json!({"level": "service", "name": "a", "routing_key_fmt": "a"});
    std::io::Write::write_all(&mut input, format!("{event}\n").as_bytes()).unwrap();
    assert!(listen.line().contains("\"a\""));
    listen.signal("INT");
    assert_eq!(listen.code(), Some(130));
}
