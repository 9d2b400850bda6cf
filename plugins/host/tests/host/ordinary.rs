//! Handlers of plugins are handlers of the service like any other: what holds for those holds for
//! them. Retries and dead letters are in `handling`.

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::json;
use trunkline_core::{DynamicEvent, Lanes, TRACEPARENT, TraceContext};

use crate::support::{Ledger, Source, Stage, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lanes_let_a_plugin_have_one_event_after_the_other() {
    let ledger = Ledger::new(64);
    let stage = Stage::in_service(ledger, |service| service.lanes(Lanes::one()), |_| {}).await;
    let code = "static int inside; static uint64_t last;";
    let handle = r#"
        uint64_t n = number_after(event->body, "\"n\":");
        if (__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST)) note(11);
        if (n < last) note(12);
        last = n;
        /* Its pool has two threads: time enough for the other to begin. */
        usleep(2000);
        __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
        note(10);
    "#;
    let source = Source::new("a", "sync", handle).code(code);
    stage.load("a.so", &source).await;
    for n in 0..30 {
        stage.publish("ping", json!({ "n": n })).await;
    }
    eventually("all done", || stage.ledger.get(10) == 30).await;
    let (beside, before) = (stage.ledger.get(11), stage.ledger.get(12));
    assert_eq!((beside, before), (0, 0), "at once, and out of order");
    stage.end().await;
}

#[tokio::test]
async fn what_a_plugin_publishes_is_in_the_trace_of_the_event_it_was_given() {
    let stage = Stage::new().await;
    // The 32 digits of a trace and the 16 of a span, after a version (W3C Trace Context §3.2).
    let code = r#"
        static char trace[33], span[17];
        static const uint8_t *place_of(const tl_event *event) {
            for (size_t at = 0; at < event->header_count; at++)
                if (tl_equal(event->headers[at].name, tl_str("traceparent"))
                    && event->headers[at].value.len == 55) return event->headers[at].value.ptr;
            return 0;
        }
    "#;
    let handle = r#"
        const uint8_t *place = place_of(event);
        if (!place) return tl_reject(host, token, "no trace");
        if (handler == 0) {
            memcpy(trace, place + 3, 32); memcpy(span, place + 36, 16);
            tl_publication pong = {
                .size = sizeof pong, .level = TL_LEVEL_SERVICE, .name = tl_str("pong"),
                .routing_key = tl_str("pong"), .content = tl_str("{}"),
            };
            if (host->publish(host->ctx, token, &pong, 0) == TL_OK) note(10);
        } else {
            if (!memcmp(trace, place + 3, 32)) note(11);
            if (memcmp(span, place + 36, 16)) note(12);
        }
    "#;
    let manifest = json!({"name": "a", "publishes": ["pong"], "handlers": [
        {"id": 0, "fn": "ping", "events": ["ping"], "kind": "sync"},
        {"id": 1, "fn": "pong", "events": ["pong"], "kind": "sync"}]});
    let source = Source::with_manifest(&manifest, handle).code(code);
    stage.load("a.so", &source).await;
    let ping = DynamicEvent::service("ping", "ping").unwrap();
    let publisher = stage.bus.publisher();
    let trace = TraceContext::generate().to_string();
    publisher
        .publish(&ping)
        .header(TRACEPARENT, trace)
        .await
        .unwrap();
    eventually("both done", || stage.plugin("a").counts.done == 2).await;
    let seen: Vec<_> = (10..13).map(|at| stage.ledger.get(at)).collect();
    assert_eq!(seen, [1, 1, 1], "published, of one trace, another span");
    stage.end().await;
}

#[tokio::test]
async fn a_plugins_handler_has_its_metrics_among_the_services() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let stage = Stage::new().await;
    let handle = "return event->attempt == 1 ? tl_retry(host, token, \"not yet\") : TL_OK;";
    stage.load("a.so", &Source::new("a", "sync", handle)).await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    let service = stage.service.as_ref().unwrap().handle();
    service.settled(1).await;
    let mut handled = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let label = |name: &str| {
            let mut labels = key.key().labels();
            let found = labels.find(|label| label.key() == name);
            found.map(|label| label.value().to_owned())
        };
        let is_its = label("handler").as_deref() == Some("a/ping");
        if let (true, DebugValue::Counter(1..)) = (is_its, &value) {
            assert_eq!(key.key().name(), "trunkline_handled_total");
            handled.push(label("outcome").unwrap());
        }
    }
    handled.sort();
    assert_eq!(handled, ["failed", "ok"]);
    drop(guard);
    stage.end().await;
}
