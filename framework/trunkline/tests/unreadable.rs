//! What a dialect cannot read is told apart and counted by its reason; a service keeps it as a dead
//! letter, or passes it over where nobody could have meant it.
#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(all(feature = "wazo", feature = "kazoo", feature = "cloudevents"))]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::Value as Json;
use trunkline::cloudevents::CloudEvents;
use trunkline::kazoo::Kazoo;
use trunkline::memory::MemoryBroker;
use trunkline::wazo::Wazo;
use trunkline::{
    Binding, Bus, Data, DeadReason, Dialect, Envelope, Plain, Properties, PublishOptions,
    RoutingKey, Service, Transport, Value,
};

/// A message, and why it cannot be read.
struct Bad {
    dialect: &'static str,
    envelope: Envelope,
    reason: &'static str,
}

fn envelope(content_type: &str, encoding: Option<&str>, body: impl AsRef<[u8]>) -> Envelope {
    let mut properties = Properties::new();
    properties.set_content_type(Some(content_type));
    properties.set_content_encoding(encoding);
    let key = RoutingKey::verbatim("call.CHANNEL_HOLD.c").unwrap();
    Envelope::from_parts(key, Default::default(), properties, body.as_ref().to_vec())
}

const JSON: &str = "application/json";

/// The bytes of a gzip member that says it holds `content`, in one stored block.
fn bad_gzip() -> &'static [u8] {
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03cut short"
}

fn bad() -> Vec<Bad> {
    let wazo = |body: &[u8], reason| Bad {
        dialect: "wazo",
        envelope: envelope(JSON, Some("utf-8"), body)
            .with_header("name", "call_held")
            .unwrap(),
        reason,
    };
    let kazoo = |content_type, encoding, body: &[u8], reason| Bad {
        dialect: "kazoo",
        envelope: envelope(content_type, encoding, body),
        reason,
    };
    let cloud = |content_type, body: &str, reason| Bad {
        dialect: "cloudevents",
        envelope: envelope(content_type, None, body),
        reason,
    };
    let structured = "application/cloudevents+json";
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    vec![
        wazo(b"\xff", "not_utf8"),
        wazo(b"text", "not_json"),
        wazo(b"[]", "not_an_object"),
        wazo(br#"{"data":1,"data":2}"#, "duplicate_key"),
        wazo(deep.as_bytes(), "too_deep"),
        kazoo(JSON, None, b"\xff", "not_utf8"),
        kazoo(JSON, None, b"{", "not_json"),
        kazoo(JSON, None, b"[]", "not_an_object"),
        kazoo(JSON, None, br#"{"A":1,"A":2}"#, "duplicate_key"),
        kazoo(JSON, None, deep.as_bytes(), "too_deep"),
        kazoo("application/erlang", None, b"\x83", "erlang"),
        kazoo("text/plain", None, b"{}", "content_type"),
        kazoo(JSON, Some("deflate"), b"{}", "content_encoding"),
        kazoo(JSON, Some("gzip"), bad_gzip(), "gzip"),
        cloud("application/cloudevents-batch+json", "[]", "batch"),
        cloud("application/cloudevents+avro", "", "format"),
        cloud(JSON, "{}", "not_a_cloudevent"),
        cloud(structured, "{", "not_json"),
        cloud(
            structured,
            r#"{"specversion":"1.0","id":"1","source":"s"}"#,
            "missing",
        ),
        cloud(structured, r#"{"specversion":"9"}"#, "version"),
        cloud(structured, r#"{"a":1,"a":2}"#, "duplicate_key"),
    ]
}

fn dialects() -> [Box<dyn Dialect>; 3] {
    [
        Box::new(Wazo::new()),
        Box::new(Kazoo::new("ivr", "1")),
        Box::new(CloudEvents::new("/ivr").unwrap()),
    ]
}

/// What is counted while something is done: by dialect and reason.
fn counted(work: impl FnOnce()) -> BTreeMap<(String, String), u64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, work);
    let found = snapshotter.snapshot().into_vec().into_iter();
    let found = found.filter_map(|(key, _, _, value)| {
        let DebugValue::Counter(count) = value else {
            return None;
        };
        let label = |name: &str| {
            let mut labels = key.key().labels();
            labels.find_map(|label| (label.key() == name).then(|| label.value().to_owned()))
        };
        let is_ours = key.key().name() == "trunkline_unreadable_total";
        is_ours.then(|| ((label("dialect").unwrap(), label("reason").unwrap()), count))
    });
    found.collect()
}

#[test]
fn each_fault_is_counted_by_its_reason() {
    for bad in bad() {
        let dialects = dialects();
        let mut known = dialects.iter().filter(|one| one.name() == bad.dialect);
        let dialect = known.next().unwrap();
        let found = counted(|| {
            let error = dialect.data(&bad.envelope).unwrap_err();
            assert_eq!(error.reason(), bad.reason, "{error}");
        });
        let expected = (bad.dialect.to_owned(), bad.reason.to_owned());
        assert_eq!(found, BTreeMap::from([(expected, 1)]));
    }
}

#[test]
fn a_message_without_any_name_is_counted_and_one_with_a_name_is_not() {
    let wazo = Wazo::new();
    for (body, reason) in [
        (r#"{"data":{}}"#, "missing"),
        (r#"{"name":7}"#, "missing"),
        ("{", "not_json"),
    ] {
        let envelope = envelope(JSON, None, body);
        let found = counted(|| assert_eq!(wazo.event_name(&envelope), None));
        let expected = ("wazo".to_owned(), reason.to_owned());
        assert_eq!(found, BTreeMap::from([(expected, 1)]), "{body}");
    }
    let number = envelope(JSON, None, "{}").with_header("name", 7).unwrap();
    let found = counted(|| assert_eq!(wazo.event_name(&number), None));
    assert_eq!(found.into_keys().next().unwrap().1, "header");
    let named = envelope(JSON, None, r#"{"name":"x"}"#);
    let found = counted(|| assert_eq!(wazo.event_name(&named).as_deref(), Some("x")));
    assert!(found.is_empty());
    let users = envelope(JSON, None, "{}")
        .with_header("tenant", "t")
        .and_then(|envelope| envelope.with_header("users", Value::List(vec![1.into()])))
        .unwrap();
    let found = counted(|| assert!(Plain.audience(&users).is_err()));
    assert_eq!(
        found.into_keys().next().unwrap(),
        ("plain".into(), "header".into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_keeps_each_as_a_dead_letter_that_says_why_and_goes_on() {
    for name in ["wazo", "kazoo", "cloudevents"] {
        let memory = MemoryBroker::new().connect();
        let transport = Arc::new(memory.clone());
        let bus = match name {
            "wazo" => Bus::new(transport, Wazo::new()),
            "kazoo" => Bus::new(transport, Kazoo::new("ivr", "1")),
            _ => Bus::new(transport, CloudEvents::new("/ivr").unwrap()),
        };
        let service = Service::builder("calls", bus)
            .group("calls")
            // It asks for what the body tells, so that each is opened.
            .on_binding(Binding::everything(), |_: Data<Json>| async {})
            .build()
            .unwrap()
            .start()
            .await
            .unwrap();
        let bad: Vec<_> = bad()
            .into_iter()
            .filter(|bad| bad.dialect == name)
            .collect();
        for bad in &bad {
            let sent = memory.publish(bad.envelope.clone(), PublishOptions::new());
            sent.await.unwrap();
        }
        service.handle().settled(bad.len() as u64).await;
        let letters = memory.dead_letters("calls").await.unwrap();
        let letters = letters.list(None, 100).await.unwrap();
        assert_eq!(letters.len(), bad.len(), "{name}");
        for letter in letters {
            assert_eq!(letter.reason, DeadReason::Undecodable, "{letter:?}");
            assert!(!letter.error.is_empty());
        }
        service.drain().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_wazo_message_without_data_is_null_to_its_handler_and_one_without_a_name_is_nobodys() {
    let memory = MemoryBroker::new().connect();
    let bus = Bus::new(Arc::new(memory.clone()), Wazo::new());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = heard.clone();
    let service = Service::builder("calls", bus)
        .group("calls")
        .on_name("call_held", move |data: Data<Json>| {
            log.lock().unwrap().push(data.to_string());
            async {}
        })
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for body in [
        r#"{"name":"call_held"}"#,
        r#"{"name":"call_held","data":null}"#,
        r#"{"name":"call_held","data":[1]}"#,
    ] {
        let envelope = envelope(JSON, None, body);
        let envelope = envelope.with_header("name", "call_held").unwrap();
        let sent = memory.publish(envelope, PublishOptions::new());
        assert!(!sent.await.unwrap().is_unroutable());
    }
    let nameless = envelope(JSON, None, r#"{"data":{}}"#);
    let sent = memory.publish(nameless, PublishOptions::new());
    assert!(sent.await.unwrap().is_unroutable());
    service.handle().settled(3).await;
    assert_eq!(*heard.lock().unwrap(), ["null", "null", "[1]"]);
    let letters = memory.dead_letters("calls").await.unwrap();
    assert!(letters.list(None, 10).await.unwrap().is_empty());
    service.drain().await.unwrap();
}
