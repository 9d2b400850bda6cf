//! What the plugin promises.

#![allow(clippy::unwrap_used, reason = "a test may")]

use call_stats::{CallCreated, CallEnded, CallStats, CallStatsCounted};
use serde_json::json;
use trunkline::TenantEvent;
use trunkline_plugin::testing::Harness;

#[tokio::test]
async fn a_summary_follows_every_few_calls_of_a_tenant() {
    let harness = Harness::<CallStats>::start(json!({ "every": 2 })).await;
    for (call, tenant) in [("1", "acme"), ("2", "globex"), ("3", "acme"), ("4", "acme")] {
        let call_id = call.to_owned();
        let created = CallCreated {
            call_id: call_id.clone(),
        };
        harness.publish(&created.for_tenant(tenant)).await;
        harness
            .publish(&CallEnded { call_id }.for_tenant(tenant))
            .await;
    }
    let counted = harness.published::<CallStatsCounted>();
    assert_eq!(counted.len(), 1);
    assert_eq!(
        counted[0].event,
        CallStatsCounted {
            created: 2,
            ended: 2
        }
    );
    assert_eq!(counted[0].audience.tenant().unwrap().as_str(), "acme");
    harness.end().await;
}
