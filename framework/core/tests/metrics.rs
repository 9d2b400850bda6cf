//! Counters say exactly what happened.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use support::{CallCreated, call, eventually, memory_bus};
use trunkline_core::{HandlerError, HandlerOptions, RetryPolicy, Service};

/// Every counter that is not zero, as `name{outcome}`.
fn counters(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let snapshot = snapshotter.snapshot().into_vec().into_iter();
    let counters = snapshot.filter_map(|(key, _, _, value)| match value {
        DebugValue::Counter(count) if count > 0 => {
            let word = |label: &metrics::Label| {
                matches!(label.key(), "outcome" | "ending").then(|| label.value().to_owned())
            };
            let word = key.key().labels().find_map(word).unwrap_or_default();
            Some((format!("{}{{{word}}}", key.key().name()), count))
        }
        _ => None,
    });
    counters.collect()
}

#[tokio::test(start_paused = true)]
async fn counters_equal_the_script() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let handler = |event: CallCreated| async move {
        match event.call_id.as_str() {
            "fails" => Err(HandlerError::retry("no")),
            "panics" => panic!("as told"),
            "hangs" => std::future::pending().await,
            _ => Ok(()),
        }
    };
    let (broker, bus, service) = metrics::with_local_recorder(&recorder, || {
        let (broker, _memory, bus) = memory_bus();
        let service = Service::builder("billing", bus.clone())
            .on_with(HandlerOptions::new().named("bill"), handler)
            .handler_timeout(Duration::from_secs(1))
            .retry(RetryPolicy::ladder([Duration::from_secs(1)]))
            .build()
            .unwrap();
        (broker, bus, service)
    });
    let publisher = bus.publisher();
    assert!(
        publisher
            .publish(&call("nobody"))
            .await
            .unwrap()
            .is_unroutable()
    );
    let service = service.start().await.unwrap();
    for id in ["good", "better", "fails", "panics", "hangs"] {
        publisher.publish(&call(id)).await.unwrap();
    }
    let refused = publisher.publish(&call("x")).header("x-mine", 1).await;
    assert!(refused.is_err());
    eventually(|| broker.stats().dead_letters == 3).await;
    service.drain().await.unwrap();
    metrics::with_local_recorder(&recorder, || broker.restart());

    let expected = [
        ("trunkline_handled_total{failed}", 2),
        ("trunkline_handled_total{ok}", 2),
        ("trunkline_handled_total{panicked}", 2),
        ("trunkline_handled_total{timed_out}", 2),
        ("trunkline_published_total{failed}", 1),
        ("trunkline_published_total{ok}", 5),
        ("trunkline_published_total{unroutable}", 1),
        ("trunkline_reconnects_total{}", 1),
        ("trunkline_settled_total{acked}", 2),
        ("trunkline_settled_total{dead_lettered}", 3),
        ("trunkline_settled_total{retried}", 3),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counters(&snapshotter), BTreeMap::from(expected));
}
