//! `dead-letters`, on what `run` kept.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::{morning, run, run_with, scratch, text};

/// Lets two events of a recording die, and gives the file that keeps them.
fn two_dead(name: &str) -> PathBuf {
    let (morning, store) = (morning(), scratch(name));
    let arguments = [
        "run",
        "--input",
        text(&morning),
        "--fail",
        "agent_paused",
        "--dead-letters-out",
        text(&store),
        "--json",
    ];
    let left = run(&arguments);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(left.last()["dead_lettered"], json!(2));
    store
}

fn ids(store: &Path) -> Vec<String> {
    let left = run(&["dead-letters", "list", "--store", text(store), "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    left.json()
        .iter()
        .map(|letter| letter["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn they_are_listed_and_shown_with_their_story() {
    let store = two_dead("listed.jsonl");
    assert_eq!(ids(&store), ["audit-1", "audit-2"]);
    let left = run(&[
        "dead-letters",
        "show",
        "audit-1",
        "--store",
        text(&store),
        "--json",
    ]);
    let letter = left.last();
    for (key, value) in [
        ("source", json!("audit")),
        ("reason", json!("attempts_exhausted")),
        ("attempts", json!(3)),
        ("handlers", json!(["note"])),
        ("name", json!("agent_paused")),
    ] {
        assert_eq!(letter[key], value, "{key}");
    }
    assert!(letter["error"].as_str().unwrap().contains("on purpose"));
    let text_form = run(&["dead-letters", "show", "audit-1", "--store", text(&store)]);
    assert!(text_form.out.contains("attempts_exhausted") && !text_form.out.contains('\u{1b}'));
}

#[test]
fn replaying_removes_what_was_handled() {
    let store = two_dead("replayed.jsonl");
    let left = run(&[
        "dead-letters",
        "replay",
        "audit-2",
        "--store",
        text(&store),
        "--json",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(left.last(), json!({"replayed": 1}));
    assert!(
        left.json()
            .iter()
            .any(|step| step["step"] == "handled" && step["service"] == "audit")
    );
    assert_eq!(ids(&store), ["audit-1"]);
    let left = run(&[
        "dead-letters",
        "replay",
        "--all",
        "--store",
        text(&store),
        "--group",
        "audit",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(ids(&store).is_empty());
}

#[test]
fn purging_removes_for_good() {
    let store = two_dead("purged.jsonl");
    let left = run(&[
        "dead-letters",
        "purge",
        "--all",
        "--store",
        text(&store),
        "--json",
    ]);
    assert_eq!(left.last(), json!({"purged": 2}));
    assert!(ids(&store).is_empty());
}

#[test]
fn one_that_dies_again_keeps_its_id() {
    // `call-stats` cannot count a call without an id, whoever asks.
    let event = json!({"level": "tenant", "name": "call_ended", "routing_key_fmt": "calls", "tenant_uuid": "t", "content": {}});
    let store = scratch("again.jsonl");
    let left = run_with(
        &["run", "--input", "-", "--dead-letters-out", text(&store)],
        event.to_string(),
    );
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(ids(&store), ["call-stats-1"]);
    let left = run(&["dead-letters", "replay", "--all", "--store", text(&store)]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(ids(&store), ["call-stats-1"]);
    let shown = run(&[
        "dead-letters",
        "show",
        "call-stats-1",
        "--store",
        text(&store),
        "--json",
    ]);
    assert_eq!(shown.last()["reason"], json!("undecodable"));
}

#[test]
fn an_unknown_id_is_told() {
    let store = two_dead("unknown.jsonl");
    for action in ["show", "replay", "purge"] {
        let left = run(&["dead-letters", action, "nothing", "--store", text(&store)]);
        assert_eq!(left.code, Some(1), "{action}");
        assert!(left.err.contains("`nothing`"), "{action}: {}", left.err);
    }
    assert_eq!(ids(&store).len(), 2);
}

#[test]
fn a_broker_in_memory_has_none_and_says_why() {
    let left = run(&["dead-letters", "list", "--group", "billing", "--json"]);
    assert_eq!((left.code, left.out.as_str()), (Some(0), ""));
    assert!(left.err.contains("--store"), "{}", left.err);
}

#[test]
fn a_store_that_holds_something_else_is_refused_and_left_alone() {
    let store = scratch("other.jsonl");
    std::fs::write(&store, "{\"dead_letter\": 2}\n").unwrap();
    let left = run(&["dead-letters", "purge", "--all", "--store", text(&store)]);
    assert_eq!(left.code, Some(4), "{}", left.err);
    assert!(
        left.err.contains("line 1, field `dead_letter`"),
        "{}",
        left.err
    );
    assert_eq!(
        std::fs::read_to_string(&store).unwrap(),
        "{\"dead_letter\": 2}\n"
    );
}
