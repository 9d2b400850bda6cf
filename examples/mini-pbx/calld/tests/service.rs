//! calld on a broker in memory.

#![allow(clippy::unwrap_used, reason = "a test may")]

use mini_pbx_common::Store;
use serde_json::json;
use trunkline::testing::Harness;
use trunkline::{Audience, UserId};
use trunkline_wazo::events::calld::{
    CallAnswered, CallCreated, CallEnded, CallHeld, CallParked, CallResumed, CallUnparked,
    UserMissedCall,
};
use trunkline_wazo::events::{NamedEvent, amid::AmiEvent};

async fn calld() -> Harness {
    let harness = Harness::memory();
    let service = mini_pbx_calld::service(harness.bus(), Store::memory());
    harness.start(service).await;
    harness
}

/// What wazo-amid tells of a channel of the call `17`: `17` is ada's, and `18` is bo's.
fn ami(name: &str, channel: &str, state: &str) -> NamedEvent<AmiEvent> {
    let user = if channel == "17" { "ada" } else { "bo" };
    let said = json!({
        "Uniqueid": channel, "Linkedid": "17", "CallerIDNum": "1001", "CallerIDName": "Ada",
        "ConnectedLineNum": "1002", "ConnectedLineName": "Bo", "Exten": "1002",
        "ChannelStateDesc": state, "Timestamp": "2026-02-03T09:00:00Z", "ParkingSpace": "701",
        "ChanVariable": {"WAZO_TENANT_UUID": "t1", "WAZO_USERUUID": user},
    });
    let mut fields = AmiEvent::default();
    for (key, value) in said.as_object().unwrap() {
        fields.rest.insert(key, value.clone());
    }
    NamedEvent::new(name, Audience::Service, fields)
}

#[tokio::test(start_paused = true)]
async fn a_call_is_told_to_both_sides_from_its_beginning_to_its_end() {
    let harness = calld().await;
    for name in ["Newchannel", "Newstate", "Hangup"] {
        for channel in ["17", "18"] {
            harness.publish(&ami(name, channel, "Up")).await;
        }
    }
    let created = harness.published::<CallCreated>();
    let sides: Vec<_> = created.iter().map(|one| one.event.is_caller).collect();
    assert_eq!(sides, [Some(true), Some(false)]);
    assert_eq!(created[1].audience.named_users(), [UserId::from("bo")]);
    assert_eq!(harness.published::<CallAnswered>().len(), 2);
    let ended = harness.published::<CallEnded>();
    assert_eq!(ended.len(), 2);
    assert!(ended[0].event.answer_time.is_some());
    assert!(harness.published::<UserMissedCall>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_nobody_answers_is_missed_by_whom_it_was_for() {
    let harness = calld().await;
    for name in ["Newchannel", "Hangup"] {
        for channel in ["17", "18"] {
            harness.publish(&ami(name, channel, "Ringing")).await;
        }
    }
    let missed = harness.published::<UserMissedCall>();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0].audience.named_users(), [UserId::from("bo")]);
}

#[tokio::test(start_paused = true)]
async fn holds_and_parking_are_told_once_each() {
    let harness = calld().await;
    harness.publish(&ami("Newchannel", "17", "Up")).await;
    for name in ["Hold", "Unhold", "ParkedCall", "UnParkedCall"] {
        harness.broker().duplicate(1);
        harness.publish(&ami(name, "17", "Up")).await;
    }
    assert_eq!(harness.published::<CallHeld>().len(), 1);
    assert_eq!(harness.published::<CallResumed>().len(), 1);
    let parked = harness.published::<CallParked>();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].event.slot.as_deref(), Some("701"));
    assert_eq!(
        parked[0].envelope.routing_key().as_str(),
        "parkings.1.calls.updated"
    );
    assert_eq!(harness.published::<CallUnparked>().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_beginning_comes_late_is_waited_for() {
    let harness = calld().await;
    let early = harness.publisher();
    early.publish(&ami("Newstate", "17", "Up")).await.unwrap();
    harness.publish(&ami("Newchannel", "17", "Ring")).await;
    assert_eq!(harness.published::<CallAnswered>().len(), 1);
    assert!(harness.dead_letters().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_comes_again_after_a_call_has_ended_does_nothing() {
    let harness = calld().await;
    for _ in 0..2 {
        for name in ["Newchannel", "Newstate", "Hangup"] {
            harness.publish(&ami(name, "17", "Up")).await;
        }
    }
    assert_eq!(harness.published::<CallCreated>().len(), 1);
    assert_eq!(harness.published::<CallEnded>().len(), 1);
    assert!(harness.dead_letters().await.is_empty());
}
