//! authd on a broker in memory.

use mini_pbx_common::Store;
use mini_pbx_common::orders::{TenantOrdered, UserArrived, UserLeft};
use trunkline::UserEvent;
use trunkline::testing::Harness;
use trunkline_wazo::events::auth::{AuthSessionCreated, AuthSessionDeleted, AuthTenantAdded};

async fn authd() -> Harness {
    let harness = Harness::memory();
    let service = mini_pbx_authd::service(harness.bus(), Store::memory());
    harness.start(service).await;
    harness
}

fn order() -> TenantOrdered {
    TenantOrdered {
        uuid: "t1".into(),
        name: "Green Lamp".into(),
    }
}

fn arrival() -> UserArrived {
    UserArrived {
        session: "s1".into(),
        mobile: true,
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_makes_one_tenant_however_often_it_comes() {
    let harness = authd().await;
    harness.publish(&order()).await;
    harness.publish(&order()).await;
    let added = harness.published::<AuthTenantAdded>();
    assert_eq!(added.len(), 1);
    assert_eq!(added[0].event.slug.as_deref(), Some("green-lamp"));
    assert_eq!(added[0].audience.tenant().unwrap().as_str(), "t1");
}

#[tokio::test(start_paused = true)]
async fn a_user_who_comes_before_the_tenant_is_let_in_when_the_tenant_is_there() {
    let harness = authd().await;
    let early = harness.publisher();
    early
        .publish(&arrival().for_user("t1", "ada"))
        .await
        .unwrap();
    harness.publish(&order()).await;
    let created = harness.published::<AuthSessionCreated>();
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].event.mobile, Some(true));
    assert!(harness.dead_letters().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_once() {
    let harness = authd().await;
    let left = UserLeft {
        session: "s1".into(),
    };
    harness.publish(&order()).await;
    harness.publish(&arrival().for_user("t1", "ada")).await;
    harness.broker().duplicate(1);
    harness.publish(&left.for_user("t1", "ada")).await;
    assert_eq!(harness.published::<AuthSessionDeleted>().len(), 1);
}
