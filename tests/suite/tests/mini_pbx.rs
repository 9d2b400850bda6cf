//! The mini PBX on real brokers, and its services as programs of their own.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use mini_pbx_traffic::{Speed, Town};
use trunkline::{Bus, DefaultDialect, Transport};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::{build, programs};

/// A day in a small town on a real broker, all services in this process.
async fn a_day_on(transport: Arc<dyn Transport>) {
    let bus = Bus::new(transport, DefaultDialect::default());
    let traffic = Town::new(21).with_size(3, 5).traffic();
    let patience = Duration::from_secs(120);
    let outcome = mini_pbx::run(&bus, &traffic, Speed::Max, patience).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    bus.close().await.unwrap();
    assert!(outcome.is_right(), "{:#?}", outcome.tenants);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_mosquitto_ends_as_the_ledger_says() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?client_id=pbx", broker.port());
    a_day_on(Arc::new(trunkline_mqtt::connect(&url).await.unwrap())).await;
}

#[test]
fn each_service_runs_and_drains_when_told() {
    build().unwrap();
    for service in ["authd", "confd", "calld", "chatd", "call-logd"] {
        let program = format!("mini-pbx-{service}");
        let mut running = Command::new(programs().join(&program))
            .env("PBX_TRANSPORT", "memory:")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(running.stderr.take().unwrap()).lines();
        let mut until = |word: &str| log.any(|line| line.unwrap().contains(word));
        assert!(until("running"), "{service}");
        let id = running.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(until("drained"), "{service}");
        assert!(running.wait().unwrap().success(), "{service}");
    }
}

#[test]
fn a_service_that_is_misconfigured_says_which_key() {
    build().unwrap();
    let output = Command::new(programs().join("mini-pbx-confd"))
        .env("PBX_TRANSPROT", "memory:")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.to_lowercase().contains("transprot"), "{told}");
}
