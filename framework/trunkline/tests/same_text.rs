//! The same test on another broker: only the URL changes.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde::{Deserialize, Serialize};
use trunkline::testing::Harness;
use trunkline::{HandlerError, Publisher, Service, TenantEvent, TenantId};

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "door_opened", routing_key = "doors.{door}.opened")]
struct DoorOpened {
    door: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "light_switched_on", routing_key = "lights.{room}.on")]
struct LightSwitchedOn {
    room: String,
}

async fn light(door: DoorOpened, tenant: TenantId, out: Publisher) -> Result<(), HandlerError> {
    out.publish(&LightSwitchedOn { room: door.door }.for_tenant(tenant))
        .await?;
    Ok(())
}

async fn opening_a_door_switches_the_light_on(harness: Harness) {
    harness
        .start(Service::builder("lights", harness.bus()).on(light))
        .await;
    harness
        .publish(
            &DoorOpened {
                door: "north".into(),
            }
            .for_tenant("acme"),
        )
        .await;
    assert_eq!(
        harness.published_names(),
        ["door_opened", "light_switched_on"]
    );
    let lights = harness.published::<LightSwitchedOn>();
    assert_eq!(
        lights[0].event,
        LightSwitchedOn {
            room: "north".into()
        }
    );
    harness.drain().await;
}

#[tokio::test(start_paused = true)]
async fn on_a_broker_of_its_own() {
    opening_a_door_switches_the_light_on(Harness::memory()).await;
}

#[tokio::test]
async fn on_the_broker_a_url_names_by_the_real_clock() {
    // TRUNKLINE_TEST_URL names a real broker; without it, one shared in this process.
    let url = std::env::var("TRUNKLINE_TEST_URL").unwrap_or_else(|_| "memory:shared".into());
    let harness = Harness::connect(&url).await.unwrap();
    opening_a_door_switches_the_light_on(harness).await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "lights has not done `door_opened` (doors.north.opened)")]
async fn a_test_that_would_hang_fails_and_says_what_is_going_on() {
    let harness = Harness::memory();
    let stuck = |_door: DoorOpened| std::future::pending::<()>();
    let lights = Service::builder("lights", harness.bus())
        .on(stuck)
        .handler_timeout(None);
    harness.start(lights).await;
    harness
        .publish(
            &DoorOpened {
                door: "north".into(),
            }
            .for_tenant("acme"),
        )
        .await;
}

#[tokio::test(start_paused = true)]
async fn faults_can_be_made() {
    let harness = Harness::memory();
    harness
        .start(Service::builder("lights", harness.bus()).on(light))
        .await;
    harness.broker().lose_confirms(1);
    let door = DoorOpened {
        door: "north".into(),
    }
    .for_tenant("acme");
    assert!(
        harness.try_publish(&door).await.is_err(),
        "the confirm was lost"
    );
    harness.broker().restart();
    harness.publish(&door).await;
    assert!(
        harness.handled("light").len() >= 2,
        "the event had arrived all the same"
    );
}
