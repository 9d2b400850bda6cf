//! Swapping versions.

use std::time::Duration;

use serde_json::json;

use crate::support::{Source, Stage, eventually};

#[tokio::test]
async fn a_newer_version_takes_over_and_the_old_one_is_freed() {
    let stage = Stage::new().await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    stage.ping().await;
    eventually("the first", || stage.ledger.get(10) == 1).await;
    let status = stage
        .load("a.so", &Source::new("a", "sync", "note(11);"))
        .await;
    assert_eq!(status.generation, 2);
    stage.ping().await;
    eventually("the second", || stage.ledger.get(11) == 1).await;
    eventually("the first is freed", || stage.ledger.get(2) == 1).await;
    assert_eq!(stage.ledger.get(10), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_failed_reload_changes_nothing() {
    let stage = Stage::new().await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    let bad = Source::new("a", "sync", "note(11);").init("return TL_FAILED;");
    stage.try_load("a.so", &bad).await.unwrap_err();
    std::fs::write(stage.path("a.so"), "rubbish").unwrap();
    stage.host.load(&stage.path("a.so")).await.unwrap_err();
    stage.ping().await;
    eventually("the old one works", || stage.ledger.get(10) == 1).await;
    assert_eq!(stage.plugin("a").generation, 1);
    assert_eq!(stage.plugin("a").state.as_str(), "active");
    stage.end().await;
}

#[tokio::test]
async fn handlers_come_go_and_change_what_they_want() {
    let stage = Stage::new().await;
    let one = Source::with_manifest(
        &json!({"name": "a", "handlers": [
            {"id": 0, "fn": "stays", "events": ["ping"]}, {"id": 1, "fn": "goes", "events": ["old"]}]}),
        "note(10 + handler);",
    );
    let status = stage.load("a.so", &one).await;
    assert_eq!(status.handlers, ["a/stays", "a/goes"]);
    let two = Source::with_manifest(
        &json!({"name": "a", "handlers": [
            {"id": 7, "fn": "comes", "events": ["new"]}, {"id": 9, "fn": "stays", "events": ["pi*", "ping", "tick"]}]}),
        "note(20 + handler);",
    );
    let status = stage.load("a.so", &two).await;
    assert_eq!(status.handlers, ["a/stays", "a/comes"]);
    for name in ["ping", "old", "new", "tick", "pint"] {
        stage.publish(name, json!({})).await;
    }
    eventually("all handled", || {
        stage.ledger.get(27) == 1 && stage.ledger.get(29) == 3
    })
    .await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(11)), (0, 0));
    let service = stage.service.as_ref().unwrap().handle();
    let names: Vec<String> = service.handlers().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["plugins", "a/stays", "a/comes"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_version_finishes_what_it_has() {
    let stage = Stage::new().await;
    stage
        .load(
            "a.so",
            &Source::new("a", "sync", "usleep(100000); note(10);"),
        )
        .await;
    stage.ping().await;
    eventually("begun", || stage.plugin("a").in_flight == 1).await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(11);"))
        .await;
    stage.ping().await;
    eventually("the new one works at once", || stage.ledger.get(11) == 1).await;
    eventually("the old one finished", || stage.ledger.get(10) == 1).await;
    eventually("and is freed", || stage.ledger.get(2) == 1).await;
    assert_eq!(stage.plugin("a").counts.done, 2);
    stage.end().await;
}

#[tokio::test]
async fn what_the_old_version_does_not_finish_is_handed_back_and_done_by_the_new() {
    let stage = Stage::with(|options| options.drain_timeout = Duration::from_millis(50)).await;
    stage
        .load("a.so", &Source::new("a", "async", "return TL_PENDING;"))
        .await;
    stage.ping().await;
    eventually("begun", || stage.plugin("a").in_flight == 1).await;
    stage
        .load("a.so", &Source::new("a", "async", "note(event->attempt);"))
        .await;
    eventually("counted", || stage.plugin("a").counts.handed_back == 1).await;
    eventually("done by the new", || stage.plugin("a").counts.done == 1).await;
    // What it still has may be touched: it is not freed.
    assert_eq!(stage.ledger.get(2), 1, "the note of attempt 2 alone");
    stage.end().await;
}

#[tokio::test]
async fn a_plugin_that_is_let_go_gets_nothing_more() {
    let stage = Stage::new().await;
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    assert!(stage.host.unload("a").await);
    assert!(!stage.host.unload("a").await);
    eventually("freed", || stage.ledger.get(2) == 1).await;
    stage.ping().await;
    assert!(stage.host.plugins().is_empty());
    stage
        .load("a.so", &Source::new("a", "sync", "note(11);"))
        .await;
    stage.ping().await;
    eventually("loaded again", || stage.ledger.get(11) == 1).await;
    assert_eq!(stage.ledger.get(10), 0);
    stage.end().await;
}

#[tokio::test]
async fn stopping_may_take_a_while_but_not_for_ever() {
    let stage = Stage::with(|options| options.stop_timeout = Duration::from_millis(100)).await;
    let later = r#"
        static void *later(void *token) {
            usleep(20000);
            note(10);
            tl_complete(host, (uint64_t)token, TL_OK, "");
            return 0;
        }
    "#;
    let stops = "pthread_t thread; pthread_create(&thread, 0, later, (void *)token);
                 pthread_detach(thread); return TL_PENDING;";
    let source = Source::new("a", "sync", "").code(later).shutdown(stops);
    stage.load("a.so", &source).await;
    stage.host.unload("a").await;
    eventually("freed after it stopped", || stage.ledger.get(2) == 1).await;
    assert_eq!(stage.ledger.get(10), 1);
    let source = Source::new("b", "sync", "").shutdown("note(11); for (;;) pause();");
    stage.load("b.so", &source).await;
    stage.host.unload("b").await;
    assert_eq!(
        (stage.ledger.get(11), stage.ledger.get(2)),
        (1, 1),
        "b is left as it is"
    );
    stage.end().await;
}
