//! `demo`.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{AtWork, run};

#[test]
fn it_ends_with_a_summary_and_without_colour_in_a_pipe() {
    let left = run(&["demo", "--seconds", "2"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let summary = left.out.split("Summary").nth(1).unwrap();
    for service in ["published", "calld", "call-logd", "chatd", "billing"] {
        assert!(summary.contains(service), "{service}");
    }
    assert!(left.out.contains("A dead letter, with its story"));
    assert!(!left.out.contains('\u{1b}') && !left.err.contains('\u{1b}'));
    assert_eq!(left.err, "");
}

#[test]
fn programs_get_the_notable_steps_and_a_summary() {
    let left = run(&["demo", "--seconds", "2", "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let steps = left.json();
    let count = |step: &str| steps.iter().filter(|one| one["step"] == step).count();
    for step in [
        "started",
        "failed",
        "retried",
        "recovered",
        "dead_letter",
        "mended",
        "replayed",
        "summary",
    ] {
        assert!(count(step) > 0, "{step}");
    }
    assert_eq!(count("dead_lettered"), 3);
    let summary = left.last();
    assert_eq!(summary["step"], json!("summary"));
    assert_eq!(
        (&summary["retried"], &summary["dead_lettered"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(
        (&summary["replayed"], &summary["dead_letters_left"]),
        (&json!(3), &json!(0))
    );
    assert!(
        summary["published"].as_u64().unwrap() > 96,
        "services publish too"
    );
}

#[test]
fn a_tenant_never_sees_anothers_events() {
    let left = run(&["demo", "--seconds", "2", "--json"]);
    let steps = left.json();
    let seen: Vec<_> = steps
        .iter()
        .filter(|step| step["step"] == "event")
        .collect();
    assert!(seen.len() > 80);
    assert!(seen.iter().all(|event| event["own"] == true));
    for tenant in left.last()["tenants"].as_array().unwrap() {
        assert_eq!(tenant["of_others"], json!(0));
        assert!(tenant["own"].as_u64().unwrap() > 30);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_with_the_summary() {
    let mut demo = AtWork::start(&["demo", "--seconds", "60", "--json"], Stdio::null());
    while !demo.line().contains("\"event\"") {}
    demo.signal("INT");
    let rest = demo.rest();
    let summary: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(summary["step"], json!("summary"));
    assert_eq!(demo.code(), Some(0));
}
