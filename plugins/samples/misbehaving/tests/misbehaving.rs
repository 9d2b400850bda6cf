//! What a host makes of it, without loading anything.

#![allow(clippy::unwrap_used, reason = "a test may")]

use misbehaving::Misbehaving;
use serde_json::json;
use trunkline_plugin::DynamicEvent;
use trunkline_plugin::testing::Harness;

async fn error_of(name: &'static str, how: &str) -> String {
    let harness = Harness::<Misbehaving>::start(json!({})).await;
    let event = DynamicEvent::service(name, name).unwrap();
    harness
        .publish(&event.with_content(&json!({ "how": how })).unwrap())
        .await;
    let letters = harness.dead_letters().await;
    harness.end().await;
    letters[0].error.clone()
}

#[tokio::test]
async fn each_fault_is_told_by_its_dead_letter() {
    for name in ["misbehave", "misbehave_later"] {
        assert_eq!(error_of(name, "fail").await, "told to fail");
        assert_eq!(error_of(name, "reject").await, "told to reject");
        assert_eq!(
            error_of(name, "panic").await,
            "the plugin panicked: told to panic"
        );
        assert_eq!(
            error_of(name, "panic_in_drop").await,
            "the plugin panicked: while being dropped"
        );
        assert!(
            error_of(name, "trespass")
                .await
                .contains("may not publish `call_created`")
        );
    }
}

#[tokio::test]
async fn an_event_that_met_a_panic_is_handled_at_the_next_attempt() {
    for name in ["misbehave", "misbehave_later"] {
        let harness = Harness::<Misbehaving>::start(json!({})).await;
        let event = DynamicEvent::service(name, name).unwrap();
        let order = event.with_content(&json!({ "how": "panic_once" })).unwrap();
        harness.publish(&order).await;
        assert!(harness.dead_letters().await.is_empty());
        harness.end().await;
    }
}

#[tokio::test]
async fn a_start_that_fails_is_told_and_an_end_that_panics_harms_nobody() {
    let start = async |how: &str| {
        let config = json!({ "start": how });
        Harness::<Misbehaving>::try_start(config).await.unwrap_err()
    };
    assert_eq!(start("fail").await, "init failed: told to fail");
    assert_eq!(start("panic").await, "panicked in init: told to panic");
    let harness = Harness::<Misbehaving>::start(json!({ "end": "panic" })).await;
    harness.end().await;
}
