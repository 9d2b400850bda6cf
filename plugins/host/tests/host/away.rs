//! A host whose broker is away.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{PATIENCE, Source, Stage, eventually};

/// A version that wants more than `ping`, which is bound already.
fn wants_more() -> Source {
    let manifest: Value = json!({"name": "a", "handlers": [
        {"id": 0, "fn": "ping", "events": ["ping"]},
        {"id": 1, "fn": "comes", "events": ["new", "tick"]}]});
    // It starts before its handlers are bound.
    Source::with_manifest(&manifest, "note(20 + handler);").init("note(30);")
}

async fn stage() -> Stage {
    Stage::with(|options| options.stop_timeout = Duration::from_millis(200)).await
}

#[tokio::test]
async fn a_host_closes_though_its_broker_is_away() {
    let mut stage = stage().await;
    let old = Source::new("a", "sync", "note(10);");
    stage.load("a.so", &old).await;
    stage.load("b.so", &Source::new("b", "sync", "")).await;
    stage.broker.stop();
    stage.service.take().unwrap().drain().await.unwrap();
    let closed = tokio::time::timeout(PATIENCE, stage.host.close());
    closed.await.unwrap();
    assert!(stage.host.plugins().is_empty());
    assert_eq!(stage.ledger.get(2), 2, "both are freed");
}

#[tokio::test]
async fn a_version_that_waits_for_the_broker_changes_nothing_when_it_is_given_up() {
    let stage = stage().await;
    let watching = stage.host.watch(stage.directory.path());
    Source::new("a", "sync", "note(10);").build(&stage.path("a.so"));
    eventually("loaded", || stage.host.plugins().len() == 1).await;
    stage.broker.stop();
    wants_more().build(&stage.path("a.so"));
    eventually("it waits to be bound", || stage.ledger.get(30) == 1).await;
    assert_eq!(stage.plugin("a").generation, 1);
    stage.host.stop_loading();
    tokio::time::timeout(PATIENCE, watching.stop())
        .await
        .unwrap();
    let [refused] = stage.host.refused().try_into().unwrap();
    assert_eq!(refused.reason, "the host is closing");
    eventually("it is freed", || stage.ledger.get(2) == 1).await;
    // The old one was never touched.
    stage.broker.start();
    let status = stage.plugin("a");
    assert_eq!((status.generation, status.state.as_str()), (1, "active"));
    assert_eq!(status.handlers, ["a/ping"]);
    stage.ping().await;
    eventually("the old one works", || stage.ledger.get(10) == 1).await;
    assert_eq!((stage.ledger.get(20), stage.ledger.get(21)), (0, 0));
    stage.end().await;
}

#[tokio::test]
async fn a_version_is_put_in_place_once_the_broker_is_back() {
    let stage = stage().await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    stage.broker.stop();
    let newer = wants_more();
    let load = stage.try_load("a.so", &newer);
    let back = async {
        eventually("it starts", || stage.ledger.get(30) == 1).await;
        stage.broker.start();
    };
    let (loaded, ()) = tokio::join!(load, back);
    assert_eq!(loaded.unwrap().handlers, ["a/ping", "a/comes"]);
    for name in ["ping", "tick", "new"] {
        stage.publish(name, json!({})).await;
    }
    eventually("the new one works", || {
        (stage.ledger.get(20), stage.ledger.get(21)) == (1, 2)
    })
    .await;
    assert_eq!(stage.ledger.get(10), 0);
    stage.end().await;
}

#[tokio::test]
async fn a_plugin_is_let_go_though_the_broker_is_away_and_what_it_wanted_later() {
    let stage = stage().await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    stage.broker.stop();
    let gone = tokio::time::timeout(PATIENCE, stage.host.unload("a"));
    assert!(gone.await.unwrap());
    assert_eq!(stage.ledger.get(2), 1, "freed");
    stage.broker.start();
    // The next change finds what was not released.
    stage
        .load("b.so", &Source::new("b", "sync", "note(11);"))
        .await;
    stage.ping().await;
    eventually("the other works", || stage.ledger.get(11) == 1).await;
    assert_eq!(stage.ledger.get(10), 0);
    stage.end().await;
}
