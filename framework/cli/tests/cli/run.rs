//! `run`.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{AtWork, morning, run, run_with, text, vectors};

#[test]
fn a_recording_is_handled_to_its_last_event() {
    let morning = morning();
    let left = run(&["run", "--input", text(&morning), "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let steps = left.json();
    assert_eq!(steps[0]["step"], json!("started"));
    let handled = |service: &str| {
        let of = |step: &&Value| step["step"] == "handled" && step["service"] == service;
        steps.iter().filter(of).count()
    };
    assert_eq!((handled("audit"), handled("call-stats")), (96, 45));
    let summary = left.last();
    assert_eq!(summary["step"], json!("summary"));
    for (key, value) in [
        ("published", 96),
        ("handled", 141),
        ("retried", 0),
        ("dead_lettered", 0),
    ] {
        assert_eq!(summary[key], json!(value), "{key}");
    }
    assert_eq!(summary["calls"].as_array().unwrap().len(), 3);
}

#[test]
fn failures_are_retried_and_counted() {
    let morning = morning();
    let left = run(&[
        "run",
        "--input",
        text(&morning),
        "--fail",
        "call_held=1",
        "--json",
    ]);
    let summary = left.last();
    assert_eq!(
        (&summary["retried"], &summary["dead_lettered"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(summary["handled"], json!(141));
    let steps = left.json();
    let at_second = |step: &&Value| step["step"] == "handled" && step["attempt"] == 2;
    assert_eq!(steps.iter().filter(at_second).count(), 2);
}

#[test]
fn lines_that_are_refused_exit_with_4_after_the_others_are_handled() {
    let vectors = vectors();
    let left = run(&["run", "--input", text(&vectors), "--json"]);
    assert_eq!(left.code, Some(4));
    let summary = left.last();
    assert_eq!(summary["published"], json!(358));
    let refused = left
        .json()
        .iter()
        .filter(|step| step["step"] == "refused")
        .count();
    assert_eq!(refused, 11);
}

#[test]
fn people_get_a_table_without_colour_in_a_pipe() {
    let left = run_with(&["run", "--input", "-"], std::fs::read(morning()).unwrap());
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(
        left.out
            .contains("published 96  handled 141  retried 0  dead-lettered 0"),
        "{}",
        left.out
    );
    assert!(!left.out.contains('\u{1b}') && !left.err.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_signal_drains_and_exits_with_0() {
    for signal in ["TERM", "INT"] {
        let mut host = AtWork::start(&["run", "--json"], Stdio::null());
        assert!(host.line().contains("started"));
        host.signal(signal);
        let summary: Value = serde_json::from_str(&host.rest()).unwrap();
        assert_eq!(summary["step"], json!("summary"), "{signal}");
        assert_eq!(host.code(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_amid_a_recording_ends_it_with_what_was_handled() {
    let mut host = AtWork::start(&["run", "--input", "-", "--json"], Stdio::piped());
    assert!(host.line().contains("started"));
    let mut input = host.stdin();
    let event = json!({"level": "service", "name": "a", "routing_key_fmt": "a"});
    std::io::Write::write_all(&mut input, format!("{event}\n").as_bytes()).unwrap();
    assert!(host.line().contains("handled"));
    host.signal("TERM");
    let rest = host.rest();
    let summary: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&summary["published"], &summary["handled"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(host.code(), Some(0));
}
