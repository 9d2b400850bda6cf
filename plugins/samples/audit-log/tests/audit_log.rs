//! What the plugin promises.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::{Value, json};
use trunkline_plugin::DynamicEvent;
use trunkline_plugin::testing::Harness;

#[tokio::test]
async fn every_event_is_a_line_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("audit.jsonl");
    let harness = Harness::<audit_log::AuditLog>::start(json!({ "path": path })).await;
    for n in 0..3 {
        let event = DynamicEvent::tenant("call_created", "calls.{n}.created", "acme").unwrap();
        harness
            .publish(&event.with_content(&json!({ "n": n })).unwrap())
            .await;
    }
    harness.end().await;
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let calls: Vec<Value> = lines
        .filter(|line| line["name"] == "call_created")
        .collect();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[2]["routing_key"], "calls.2.created");
    assert_eq!(calls[2]["content"], json!({ "n": 2 }));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_at_once() {
    let config = json!({ "path": "/no/such/directory/audit.jsonl" });
    let text = Harness::<audit_log::AuditLog>::try_start(config)
        .await
        .unwrap_err();
    assert!(
        text.contains("`path` \"/no/such/directory/audit.jsonl\" cannot be written"),
        "{text}"
    );
    let text = Harness::<audit_log::AuditLog>::try_start(json!({}))
        .await
        .unwrap_err();
    assert!(text.contains("missing field `path`"), "{text}");
}
