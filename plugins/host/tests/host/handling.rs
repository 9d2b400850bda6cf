//! Events in plugins' hands.

use std::time::Duration;

use serde_json::json;
use trunkline_core::DeadReason;

use crate::support::{Source, Stage, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_of_any_kind_gets_its_events() {
    for kind in ["inline", "sync", "async"] {
        let stage = Stage::new().await;
        let handle =
            "if (tl_equal(event->name, tl_str(\"ping\")) && event->attempt == 1) note(10);";
        let status = stage.load("a.so", &Source::new("a", kind, handle)).await;
        assert_eq!(status.handlers, ["a/ping"]);
        for _ in 0..20 {
            stage.ping().await;
        }
        eventually(kind, || stage.ledger.get(10) == 20).await;
        eventually("counted", || stage.plugin("a").counts.done == 20).await;
        let ledger = stage.ledger.clone();
        stage.end().await;
        assert_eq!(ledger.get(2), 1, "destroyed once");
        assert_eq!(ledger.get(1), 0, "never called after shutdown");
    }
}

#[tokio::test]
async fn a_plugin_reads_the_event_its_headers_its_audience_and_its_content() {
    let stage = Stage::new().await;
    let handle = r#"
        tl_audience audience = { .size = sizeof audience };
        tl_bytes content;
        if (host->audience(host->ctx, token, &audience) == TL_OK && audience.level == TL_LEVEL_TENANT
            && tl_equal(audience.tenant, tl_str("acme"))) note(10);
        if (host->content(host->ctx, token, &content) == TL_OK) note(number_after(content, "\"n\":"));
        for (size_t at = 0; at < event->header_count; at++)
            if (tl_equal(event->headers[at].name, tl_str("tenant"))
                && event->headers[at].kind == TL_HEADER_TEXT
                && tl_equal(event->headers[at].value, tl_str("acme"))) note(12);
        if (tl_equal(event->routing_key, tl_str("ping")) && event->id.len == 36
            && event->time_unix_ns && event->deadline_unix_ns > event->time_unix_ns) note(13);
        if (host->content(host->ctx, token + 1, &content) == TL_FAILED) note(14);
    "#;
    stage.load("a.so", &Source::new("a", "sync", handle)).await;
    stage.publish("ping", json!({"n": 11})).await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    let seen: Vec<_> = (10..15).map(|at| stage.ledger.get(at)).collect();
    assert_eq!(seen, [1, 1, 1, 1, 1]);
    stage.end().await;
}

#[tokio::test]
async fn what_fails_is_tried_again_and_then_dead_with_the_handlers_name() {
    let stage = Stage::new().await;
    let handle = "note(10); return tl_retry(host, token, \"not today\");";
    stage.load("a.so", &Source::new("a", "sync", handle)).await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert_eq!(letters[0].handlers, ["a/ping"]);
    assert_eq!(letters[0].error, "not today");
    assert_eq!(letters[0].attempts, 3);
    assert_eq!(stage.ledger.get(10), 3);
    stage.end().await;
}

#[tokio::test]
async fn a_rejected_event_is_not_tried_again() {
    let stage = Stage::new().await;
    let handle = "note(10); return tl_reject(host, token, \"empty body\");";
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert_eq!(letters[0].reason, DeadReason::Rejected);
    assert_eq!(stage.ledger.get(10), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_status_nobody_knows_is_a_failure() {
    let stage = Stage::new().await;
    stage
        .load("a.so", &Source::new("a", "sync", "return 77;"))
        .await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert!(
        letters[0].error.contains("status 77"),
        "{}",
        letters[0].error
    );
    stage.end().await;
}

/// Completes on another thread, as asynchronous plugins do.
const LATER: &str = r#"
static void complete(uint64_t token) {
    tl_reply reply = { .size = sizeof reply, .status = TL_OK };
    host->complete(host->ctx, token, &reply);
}
static void *later(void *token) {
    usleep(2000);
    complete((uint64_t)token);
    return 0;
}
__attribute__((unused)) static void spawn(uint64_t token) {
    pthread_t thread;
    pthread_create(&thread, 0, later, (void *)token);
    pthread_detach(thread);
}
"#;

#[tokio::test]
async fn an_event_may_be_completed_later_and_elsewhere() {
    let stage = Stage::new().await;
    let source = Source::new("a", "async", "spawn(token); return TL_PENDING;").code(LATER);
    stage.load("a.so", &source).await;
    for _ in 0..50 {
        stage.ping().await;
    }
    eventually("all done", || stage.plugin("a").counts.done == 50).await;
    assert_eq!(stage.plugin("a").counts.late, 0);
    stage.end().await;
}

#[tokio::test]
async fn completing_before_returning_twice_and_with_no_token_harms_nobody() {
    let stage = Stage::new().await;
    let handle =
        "complete(token); complete(token); complete(12345); complete(token + (1ull << 40));
                  return TL_PENDING;";
    let source = Source::new("a", "async", handle).code(LATER);
    stage.load("a.so", &source).await;
    for _ in 0..10 {
        stage.ping().await;
    }
    eventually("all done", || stage.plugin("a").counts.done == 10).await;
    assert_eq!(stage.plugin("a").counts.late, 30);
    assert_eq!(stage.plugin("a").in_flight, 0);
    stage.end().await;
}

#[tokio::test]
async fn what_is_said_first_while_a_handler_runs_stands_and_the_rest_is_late() {
    for (kind, returned) in [
        ("inline", "TL_OK"),
        ("async", "TL_PENDING"),
        ("sync", "TL_OK"),
    ] {
        let stage = Stage::new().await;
        let handle = format!(
            "tl_complete(host, token, TL_REJECT, \"first\");
             tl_complete(host, token, TL_OK, \"\"); tl_complete(host, token, TL_RETRY, \"third\");
             return {returned};"
        );
        stage.load("a.so", &Source::new("a", kind, &handle)).await;
        stage.ping().await;
        let letters = stage.dead_letters(1).await;
        assert_eq!(
            (letters[0].error.as_str(), letters[0].attempts),
            ("first", 1)
        );
        let counts = stage.plugin("a").counts;
        assert_eq!((counts.failed, counts.late), (1, 2), "{kind}");
        stage.end().await;
    }
}

#[tokio::test]
async fn an_event_that_is_never_completed_times_out_and_stays_valid() {
    let stage = Stage::with(|options| {
        options.defaults.timeout_ms = 50;
        options.drain_timeout = Duration::from_millis(100);
    })
    .await;
    // It looks at the first event again when it has long timed out.
    let code = r#"
        static const tl_event *first;
        static uint64_t first_token;
        static void cancel(void *state, uint64_t token) { (void)state; (void)token; note(11); }
    "#;
    let handle = r#"
        if (!first) { first = event; first_token = token; }
        if (event->attempt == 3 && first->body.len == event->body.len
            && host->cancelled(host->ctx, first_token) == 1
            && host->cancelled(host->ctx, token) == 0) note(10);
        return TL_PENDING;
    "#;
    let source = Source::new("a", "async", handle).code(code);
    stage
        .load("a.so", &source.init("out->cancel = cancel;"))
        .await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert!(
        letters[0].error.contains("not done within 50ms"),
        "{}",
        letters[0].error
    );
    assert_eq!(letters[0].handlers, ["a/ping"]);
    assert_eq!(stage.ledger.get(10), 1);
    eventually("told to give up", || stage.ledger.get(11) == 3).await;
    assert_eq!(stage.plugin("a").counts.timeouts, 3);
    assert_eq!(stage.plugin("a").in_flight, 3);
    stage.end().await;
}

#[tokio::test]
async fn an_event_that_is_completed_when_its_time_is_up_is_let_go_and_counted_as_late() {
    let stage = Stage::with(|options| options.defaults.timeout_ms = 50).await;
    // It completes each event when it is told that nobody waits any more, on another thread.
    let code = r#"
        static void cancel(void *state, uint64_t token) {
            (void)state;
            tl_complete(host, token, TL_OK, "");
            tl_complete(host, token, TL_OK, "");
            note(11);
        }
    "#;
    let source = Source::new("a", "async", "note(10); return TL_PENDING;").code(code);
    stage
        .load("a.so", &source.init("out->cancel = cancel;"))
        .await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert_eq!(letters[0].handlers, ["a/ping"]);
    assert_eq!(letters[0].attempts, 3);
    eventually("each was told", || stage.ledger.get(11) == 3).await;
    let status = stage.plugin("a");
    assert_eq!(status.in_flight, 0, "they are let go");
    let counts = status.counts;
    // Once when its time was up, and once when it was no event's any more.
    assert_eq!((counts.timeouts, counts.late, counts.done), (3, 6, 0));
    assert_eq!(stage.ledger.get(10), 3, "tried as often as any that fails");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_never_returns_takes_nobody_elses_threads() {
    let stage = Stage::with(|options| {
        options.defaults.timeout_ms = 60;
        options.drain_timeout = Duration::from_millis(50);
        options.stop_timeout = Duration::from_millis(50);
    })
    .await;
    let hangs = "for (;;) pause();";
    stage
        .load("hangs.so", &Source::new("hangs", "sync", hangs))
        .await;
    let counts = Source::with_manifest(
        &json!({"name": "counts", "handlers": [{"id": 0, "events": ["tick"], "kind": "sync"}]}),
        "note(10);",
    );
    stage.load("counts.so", &counts).await;
    for _ in 0..8 {
        stage.ping().await;
    }
    for _ in 0..500 {
        stage.publish("tick", json!({})).await;
    }
    eventually("the other went on", || stage.ledger.get(10) == 500).await;
    let letters = stage.dead_letters(8).await;
    assert!(
        letters
            .iter()
            .all(|letter| letter.handlers == ["hangs/ping"])
    );
    // Two threads of its pool, and two more that took their place; then it was enough.
    let status = stage.plugin("hangs");
    assert_eq!(status.state.as_str(), "quarantined");
    assert!(status.counts.lost_threads >= 3, "{status:?}");
    assert_eq!(stage.plugin("counts").state.as_str(), "active");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_panics_quarantine_a_plugin_and_its_events_are_kept() {
    let stage = Stage::new().await;
    let handle = "return tl_complete(host, token, TL_PANIC, \"at src/lib.rs:11: oh\");";
    stage.load("a.so", &Source::new("a", "sync", handle)).await;
    stage.ping().await;
    let letters = stage.dead_letters(1).await;
    assert_eq!(
        letters[0].error,
        "the plugin panicked: at src/lib.rs:11: oh"
    );
    assert_eq!(stage.plugin("a").state.as_str(), "active");
    stage.ping().await;
    eventually("quarantined", || {
        stage.plugin("a").state.as_str() == "quarantined"
    })
    .await;
    assert_eq!(stage.plugin("a").counts.panics, 5);
    stage.ping().await;
    let letters = stage.dead_letters(3).await;
    let quarantined = |text: &str| text.contains("plugin `a` is quarantined: it panicked 5 times");
    assert!(
        letters.iter().any(|letter| quarantined(&letter.error)),
        "{letters:?}"
    );
    // A better version is given another chance.
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    assert_eq!(stage.plugin("a").state.as_str(), "active");
    stage.ping().await;
    eventually("handled", || stage.ledger.get(10) == 1).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_is_merely_busy_makes_events_wait() {
    let stage = Stage::with(|options| {
        options.defaults.concurrency = 2;
        options.defaults.queue = 2;
    })
    .await;
    let source = Source::new("a", "sync", "usleep(2000); note(10);");
    stage.load("a.so", &source).await;
    for _ in 0..100 {
        stage.ping().await;
    }
    eventually("all done", || stage.ledger.get(10) == 100).await;
    let counts = stage.plugin("a").counts;
    assert_eq!((counts.overflows, counts.failed), (0, 0));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_is_stuck_sends_those_too_many_back() {
    let stage = Stage::with(|options| {
        options.defaults.concurrency = 2;
        options.defaults.queue = 2;
        options.drain_timeout = Duration::from_millis(50);
    })
    .await;
    let source = Source::new("a", "async", "return TL_PENDING;");
    stage.load("a.so", &source).await;
    for _ in 0..8 {
        stage.ping().await;
    }
    // Four are in its hands or wait for that; the others have their tries.
    let letters = stage.dead_letters(4).await;
    let text = "plugin `a` finishes nothing, and as many events wait as may";
    assert!(
        letters.iter().all(|letter| letter.error == text),
        "{letters:?}"
    );
    assert_eq!(stage.plugin("a").counts.overflows, 12);
    stage.service.as_ref().unwrap().handle().stop();
    stage.host.close().await;
}

#[tokio::test]
async fn an_inline_handler_that_waits_gets_a_thread_of_its_own() {
    let stage = Stage::new().await;
    // Whether it runs on another thread than at first.
    let code = r#"
        #include <sys/syscall.h>
        static long first;
        static int elsewhere(void) {
            long now = syscall(SYS_gettid);
            if (!first) first = now;
            return now != first;
        }
    "#;
    let handle = "note(elsewhere() ? 11 : 10); usleep(3000);";
    let source = Source::new("a", "inline", handle).code(code);
    stage.load("a.so", &source).await;
    for _ in 0..20 {
        stage.ping().await;
    }
    eventually("all done", || stage.plugin("a").counts.done == 20).await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(11)), (3, 17));
    stage.end().await;
}
