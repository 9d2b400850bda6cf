//! chatd on a broker in memory.

#![allow(clippy::unwrap_used, reason = "a test may")]

use mini_pbx_common::Store;
use trunkline::UserEvent;
use trunkline::testing::Harness;
use trunkline_wazo::events::auth::{AuthSessionCreated, AuthSessionDeleted};
use trunkline_wazo::events::calld::{CallAnswered, CallCreated, CallEnded, CallHeld};
use trunkline_wazo::events::chatd::ChatdPresenceUpdated;
use trunkline_wazo::events::confd::UsersServicesDndUpdated;

async fn chatd() -> Harness {
    let harness = Harness::memory();
    let service = mini_pbx_chatd::service(harness.bus(), Store::memory());
    harness.start(service).await;
    harness
}

/// What was told of ada of the tenant `t1`, in order: her state and her line's.
fn told(harness: &Harness) -> Vec<(String, String)> {
    let updated = harness.published::<ChatdPresenceUpdated>();
    let of_ada = updated.into_iter().filter(|one| {
        let tenant = one.audience.tenant().unwrap();
        tenant.as_str() == "t1" && one.event.uuid.as_deref() == Some("ada")
    });
    let states = of_ada.map(|one| (one.event.state.unwrap(), one.event.line_state.unwrap()));
    states.collect()
}

fn pair(state: &str, line: &str) -> (String, String) {
    (state.to_owned(), line.to_owned())
}

fn session() -> AuthSessionCreated {
    AuthSessionCreated {
        uuid: Some("s1".into()),
        session_uuid: Some("s1".into()),
        ..AuthSessionCreated::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_is_there_from_the_first_session_to_the_last() {
    let harness = chatd().await;
    let mut second = session();
    second.uuid = Some("s2".into());
    second.session_uuid = Some("s2".into());
    harness.publish(&session().for_user("t1", "ada")).await;
    harness.publish(&second.for_user("t1", "ada")).await;
    for session in ["s1", "s2"] {
        let deleted = AuthSessionDeleted {
            uuid: Some(session.into()),
            session_uuid: Some(session.into()),
            ..AuthSessionDeleted::default()
        };
        harness.publish(&deleted.for_user("t1", "ada")).await;
    }
    let there = [
        pair("available", "available"),
        pair("unavailable", "available"),
    ];
    assert_eq!(told(&harness), there);
}

#[tokio::test(start_paused = true)]
async fn a_line_rings_talks_holds_and_is_free_again() {
    let harness = chatd().await;
    let id = || Some("17".to_owned());
    let created = CallCreated {
        call_id: id(),
        ..CallCreated::default()
    };
    let answered = CallAnswered {
        call_id: id(),
        ..CallAnswered::default()
    };
    let held = CallHeld {
        call_id: id(),
        ..CallHeld::default()
    };
    let ended = CallEnded {
        call_id: id(),
        ..CallEnded::default()
    };
    harness.publish(&created.for_user("t1", "ada")).await;
    harness.publish(&answered.for_user("t1", "ada")).await;
    harness.publish(&held.for_user("t1", "ada")).await;
    harness.publish(&ended.for_user("t1", "ada")).await;
    let lines: Vec<_> = told(&harness).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, ["ringing", "talking", "holding", "available"]);
}

#[tokio::test(start_paused = true)]
async fn another_tenants_user_of_the_same_id_is_somebody_else() {
    let harness = chatd().await;
    harness.publish(&session().for_user("t2", "ada")).await;
    assert!(told(&harness).is_empty());
    harness.publish(&session().for_user("t1", "ada")).await;
    assert_eq!(told(&harness), [pair("available", "available")]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_would_see_is_not_told() {
    let harness = chatd().await;
    let dnd = UsersServicesDndUpdated {
        enabled: Some(false),
        ..UsersServicesDndUpdated::default()
    };
    let dnd = UsersServicesDndUpdated {
        user_uuid: Some("ada".into()),
        ..dnd
    };
    harness.publish(&dnd.for_user("t1", "ada")).await;
    assert!(told(&harness).is_empty());
}
