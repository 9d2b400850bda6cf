//! call-logd on a broker in memory.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use mini_pbx_call_logd::{Logs, Question, Totals, ask};
use mini_pbx_common::Store;
use trunkline::testing::Harness;
use trunkline::{Requester, TenantId, UserEvent};
use trunkline_wazo::events::call_logd::{CallLogCreated, CallLogUserCreated};
use trunkline_wazo::events::calld::{CallAnswered, CallCreated, CallEnded};

async fn call_logd() -> (Harness, Logs) {
    let (harness, logs) = (Harness::memory(), Logs::new(Store::memory()));
    let service = mini_pbx_call_logd::service(harness.bus(), logs.clone());
    harness.start(service).await;
    (harness, logs)
}

fn at(second: u32) -> Option<String> {
    Some(format!("2026-02-03T09:00:{second:02}Z"))
}

fn created(call: &str) -> CallCreated {
    CallCreated {
        call_id: Some(call.into()),
        conversation_id: Some("17".into()),
        is_caller: Some(call == "17"),
        creation_time: at(0),
        ..CallCreated::default()
    }
}

fn answered(call: &str) -> CallAnswered {
    CallAnswered {
        call_id: Some(call.into()),
        conversation_id: Some("17".into()),
        answer_time: at(5),
        ..CallAnswered::default()
    }
}

fn ended(call: &str) -> CallEnded {
    CallEnded {
        call_id: Some(call.into()),
        conversation_id: Some("17".into()),
        hangup_time: at(35),
        ..CallEnded::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_of_two_sides_is_one_log_of_the_tenant_and_one_of_each_user() {
    let (harness, logs) = call_logd().await;
    for (call, user) in [("17", "ada"), ("18", "bo")] {
        harness.publish(&created(call).for_user("t1", user)).await;
        harness.publish(&answered(call).for_user("t1", user)).await;
    }
    harness.publish(&ended("17").for_user("t1", "ada")).await;
    assert!(harness.published::<CallLogCreated>().is_empty());
    harness.broker().duplicate(1);
    harness.publish(&ended("18").for_user("t1", "bo")).await;

    let told = harness.published::<CallLogCreated>();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event.duration, Some(30.into()));
    assert_eq!(harness.published::<CallLogUserCreated>().len(), 2);
    let totals = Totals {
        calls: 1,
        answered: 1,
        talked: Duration::from_secs(30),
    };
    assert_eq!(logs.totals(&TenantId::from("t1")), totals);
    assert_eq!(logs.totals(&TenantId::from("t2")), Totals::default());
}

#[tokio::test(start_paused = true)]
async fn an_end_that_overtakes_its_beginning_waits_for_it() {
    let (harness, logs) = call_logd().await;
    // The harness would wait for the first to come to rest, and it rests when the others are there.
    let out = harness.publisher();
    let (ada, bo) = (created("17"), created("18"));
    out.publish(&ended("18").for_user("t1", "bo"))
        .await
        .unwrap();
    out.publish(&ada.for_user("t1", "ada")).await.unwrap();
    out.publish(&bo.for_user("t1", "bo")).await.unwrap();
    harness.publish(&ended("17").for_user("t1", "ada")).await;
    assert_eq!(logs.totals(&TenantId::from("t1")).calls, 1);
    assert_eq!(logs.totals(&TenantId::from("t1")).answered, 0);
    assert!(harness.dead_letters().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_on_the_bus_is_told_a_tenants_totals() {
    let (harness, _) = call_logd().await;
    for (call, user) in [("17", "ada"), ("18", "bo")] {
        harness.publish(&created(call).for_user("t1", user)).await;
    }
    for (call, user) in [("17", "ada"), ("18", "bo")] {
        harness.publish(&ended(call).for_user("t1", user)).await;
    }
    let bus = harness.bus();
    let requester = Requester::open(bus.transport().clone()).await.unwrap();
    let patience = Duration::from_secs(5);
    for (tenant, calls) in [("t1", 1), ("t2", 0)] {
        let tenant = tenant.to_owned();
        let told = ask(&requester, &Question { tenant }, patience).await;
        assert_eq!(told.unwrap().calls, calls);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restarted_call_logd_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("call-logd");
    let harness = Harness::memory();
    let sides = [("17", "ada"), ("18", "bo")];

    let logs = Logs::new(Store::open(&file).unwrap());
    let first = mini_pbx_call_logd::service(harness.bus(), logs);
    let first = first.build().unwrap().start().await.unwrap();
    let out = harness.publisher();
    for (call, user) in sides {
        out.publish(&created(call).for_user("t1", user))
            .await
            .unwrap();
        out.publish(&answered(call).for_user("t1", user))
            .await
            .unwrap();
    }
    first.handle().settled(4).await;
    first.drain().await.unwrap();

    let logs = Logs::new(Store::open(&file).unwrap());
    harness
        .start(mini_pbx_call_logd::service(harness.bus(), logs.clone()))
        .await;
    for (call, user) in sides {
        harness.publish(&ended(call).for_user("t1", user)).await;
    }
    assert_eq!(logs.totals(&TenantId::from("t1")).answered, 1);
    assert_eq!(harness.published::<CallLogCreated>().len(), 1);
}
