//! What the plugin promises.

#![allow(clippy::unwrap_used, reason = "a test may")]

use call_stats_next::{CallStats, CallStatsCounted};
use serde_json::json;
use trunkline_plugin::testing::Harness;
use trunkline_plugin::{DynamicEvent, Plugin};

#[tokio::test]
async fn it_is_another_version_of_the_same_plugin() {
    assert_eq!(CallStats::NAME, "call-stats");
    let (_, manifest) = CallStats::meta();
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert_eq!(
        (&manifest["name"], &manifest["version"]),
        (&json!("call-stats"), &json!("0.2.0"))
    );
}

#[tokio::test]
async fn answered_calls_are_counted_too() {
    let harness = Harness::<CallStats>::start(json!({ "every": 1 })).await;
    for name in ["call_created", "call_answered", "call_ended"] {
        let event = DynamicEvent::tenant(name, name, "acme").unwrap();
        harness.publish(&event).await;
    }
    let counted = harness.published::<CallStatsCounted>();
    let wanted = CallStatsCounted {
        created: 1,
        answered: 1,
        ended: 1,
    };
    assert_eq!(counted[0].event, wanted);
    harness.end().await;
}
