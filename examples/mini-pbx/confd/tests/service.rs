//! confd on a broker in memory.

#![allow(clippy::unwrap_used, reason = "a test may")]

use mini_pbx_common::Store;
use mini_pbx_common::orders::UserOrdered;
use serde_json::json;
use trunkline::testing::Harness;
use trunkline::{DynamicEvent, TenantEvent};
use trunkline_wazo::events::confd::{
    UserCreated, UsersForwardsBusyUpdated, UsersServicesDndUpdated,
};

async fn confd_with_ada() -> Harness {
    let harness = Harness::memory();
    let service = mini_pbx_confd::service(harness.bus(), Store::memory());
    harness.start(service).await;
    let order = UserOrdered {
        uuid: "ada".into(),
        id: 7,
    };
    harness.publish(&order.for_tenant("t1")).await;
    harness
}

/// What wazo-amid tells when somebody has dialled a feature code.
fn dialled(feature: &str, enabled: bool) -> DynamicEvent {
    let owner = json!({"WAZO_TENANT_UUID": "t1", "WAZO_USERUUID": "ada"});
    let said = json!({
        "Feature": feature, "Enabled": enabled, "Destination": "1009", "ChanVariable": owner,
    });
    let event = DynamicEvent::service("UserEvent", "ami.UserEvent").unwrap();
    event.with_content(&said).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_order_makes_a_user() {
    let harness = confd_with_ada().await;
    let created = harness.published::<UserCreated>();
    assert_eq!(created[0].event.uuid.as_deref(), Some("ada"));
    assert_eq!(created[0].audience.tenant().unwrap().as_str(), "t1");
}

#[tokio::test(start_paused = true)]
async fn what_changes_is_told_and_what_stays_is_not() {
    let harness = confd_with_ada().await;
    for enabled in [true, true, false] {
        harness.publish(&dialled("dnd", enabled)).await;
    }
    let updated = harness.published::<UsersServicesDndUpdated>();
    let told: Vec<_> = updated.iter().map(|one| one.event.enabled).collect();
    assert_eq!(told, [Some(true), Some(false)]);
    let users = updated[0].audience.named_users();
    assert_eq!(users[0].as_str(), "ada");
}

#[tokio::test(start_paused = true)]
async fn a_forward_has_its_destination_while_it_is_on() {
    let harness = confd_with_ada().await;
    harness.publish(&dialled("fwdbusy", true)).await;
    harness.publish(&dialled("fwdbusy", false)).await;
    let updated = harness.published::<UsersForwardsBusyUpdated>();
    let told = updated.iter().map(|one| one.event.destination.as_deref());
    assert_eq!(told.collect::<Vec<_>>(), [Some("1009"), None]);
}
