//! What the plugin promises.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::json;
use trunkline_plugin::DynamicEvent;
use trunkline_plugin::testing::Harness;
use welcome::Welcome;

#[tokio::test]
async fn a_new_user_is_greeted() {
    let harness = Harness::<Welcome>::start(json!({ "from": "hi@example.com" })).await;
    let user = DynamicEvent::tenant("user_created", "users.created", "acme").unwrap();
    let user = user
        .with_content(&json!({ "email": "ada@example.com" }))
        .unwrap();
    harness.publish(&user).await;
    assert_eq!(harness.published_by_plugin(), ["mail_wanted"]);
    assert!(harness.dead_letters().await.is_empty());
    harness.end().await;
}

#[tokio::test]
async fn a_user_without_an_address_is_not_greeted() {
    let harness = Harness::<Welcome>::start(json!({ "from": "hi@example.com" })).await;
    let user = DynamicEvent::tenant("user_created", "users.created", "acme").unwrap();
    harness.publish(&user).await;
    assert!(harness.published_by_plugin().is_empty());
    assert!(harness.dead_letters().await.is_empty());
    harness.end().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_a_dead_letter() {
    let harness = Harness::<Welcome>::start(json!({ "from": "hi@example.com" })).await;
    let user = DynamicEvent::tenant("user_created", "users.created", "acme").unwrap();
    let user = user.with_content(&json!({ "email": 5 })).unwrap();
    harness.publish(&user).await;
    let letters = harness.dead_letters().await;
    assert!(
        letters[0].error.contains("invalid type: integer `5`"),
        "{}",
        letters[0].error
    );
    assert_eq!(letters[0].handlers, ["welcome/greet"]);
    harness.end().await;
}
