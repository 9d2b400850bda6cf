//! What is refused is refused before the wire, by a typed error that says what, where, and what
//! to do; and nothing that was accepted is lost.

#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::json;
use trunkline::memory::{MemoryBroker, MemoryConfig};
use trunkline::{
    Bus, DefaultDialect, DynamicEvent, EncodeError, Envelope, Headers, KeyErrorKind, KeyPattern,
    PublishError, PublishOptions, Routing, RoutingKey, SubscribeOptions, Template, TemplateProblem,
    Transport, TransportError, TransportErrorKind, Value,
};

fn memory() -> trunkline::memory::Memory {
    MemoryBroker::with_config(MemoryConfig::new().with_max_payload(1024)).connect()
}

fn bus() -> Bus {
    Bus::new(std::sync::Arc::new(memory()), DefaultDialect::default())
}

fn envelope(key: &str) -> Envelope {
    Envelope::new(RoutingKey::verbatim(key).unwrap(), "{}")
}

/// Publishes on a fresh client, which must go on working whatever became of it.
async fn publish(envelope: Envelope) -> Result<(), TransportError> {
    let memory = memory();
    let outcome = memory.publish(envelope, PublishOptions::new()).await;
    let well = memory
        .publish(self::envelope("a.b"), PublishOptions::new())
        .await
        .unwrap();
    assert_eq!(well.routing, Routing::Unroutable, "the connection goes on");
    outcome.map(drop)
}

#[test]
fn a_malformed_template_says_where_and_how_to_mend_it() {
    let error = Template::parse("calls.{call_id.created").unwrap_err();
    assert_eq!((error.at, &error.problem), (6, &TemplateProblem::Unclosed));
    assert!(error.to_string().contains("add `}`"), "{error}");
}

#[tokio::test]
async fn a_missing_variable_names_the_event_the_template_and_the_variable() {
    let event = DynamicEvent::service("call_created", "calls.{call_id}.created").unwrap();
    let error = bus().publisher().publish(&event).await.unwrap_err();
    let PublishError::Encode(EncodeError::MissingVariable {
        variable, template, ..
    }) = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (variable.as_str(), template.as_str()),
        ("call_id", "calls.{call_id}.created")
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_key_over_255_bytes_is_refused() {
    let event = DynamicEvent::service("long", "calls.{id}")
        .unwrap()
        .with_content(&json!({"id": "x".repeat(250)}))
        .unwrap();
    let error = bus().publisher().publish(&event).await.unwrap_err();
    assert!(
        matches!(error, PublishError::Encode(EncodeError::RoutingKey { .. })),
        "{error:?}"
    );
    assert!(RoutingKey::new("k".repeat(256)).is_err());
    assert!(RoutingKey::new("k".repeat(255)).is_ok());
}

#[tokio::test]
async fn keys_that_are_not_canonical_never_reach_the_wire() {
    let cases = [
        ("", KeyErrorKind::Empty),
        ("a..b", KeyErrorKind::EmptySegment),
        (".a", KeyErrorKind::EmptySegment),
        ("a.", KeyErrorKind::EmptySegment),
        ("a.*", KeyErrorKind::Wildcard),
        ("a.b#", KeyErrorKind::Wildcard),
        ("a.\u{7}", KeyErrorKind::Control),
        ("$sys.a", KeyErrorKind::LeadingDollar),
    ];
    for (key, kind) in cases {
        let error = publish(envelope(key)).await.unwrap_err();
        assert_eq!(
            error.kind(),
            TransportErrorKind::Refused,
            "{key:?}: {error}"
        );
        let TransportError::Key { source, .. } = &error else {
            panic!("{key:?}: {error:?}")
        };
        assert_eq!(source.kind(), kind, "{key:?}");
        assert!(
            KeyPattern::new(key).is_err() || kind == KeyErrorKind::Wildcard,
            "{key:?}"
        );
    }
    assert_eq!(
        RoutingKey::verbatim("a\0b").unwrap_err().kind(),
        KeyErrorKind::Control
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_both_sizes() {
    let large = envelope("a.b").with_body(vec![0; 1025]);
    let error = publish(large).await.unwrap_err();
    let TransportError::PayloadTooLarge { size, limit, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!((size, limit), (1025, 1024));
    publish(envelope("a.b").with_body(vec![0; 1024]))
        .await
        .unwrap();
}

#[tokio::test]
async fn headers_that_cannot_travel_are_refused() {
    let reserved = envelope("a.b").with_header("x-mine", 1).unwrap();
    let error = publish(reserved).await.unwrap_err();
    assert!(matches!(&error, TransportError::ReservedHeader { header, .. } if header == "x-mine"));

    let mut many = Headers::new();
    for number in 0..300 {
        many.insert(&format!("h{number}"), number).unwrap();
    }
    let error = publish(envelope("a.b").with_headers(many))
        .await
        .unwrap_err();
    assert!(matches!(error, TransportError::Header { .. }), "{error:?}");

    for name in ["", "tab\there", "nul\0", &"n".repeat(256)] {
        assert!(envelope("a.b").with_header(name, 1).is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn a_header_field_the_wire_cannot_carry_names_itself() {
    let event = DynamicEvent::service("odd", "odd.event")
        .unwrap()
        .with_attribute("number", json!(u64::MAX));
    let error = bus().publisher().publish(&event).await.unwrap_err();
    let PublishError::Encode(EncodeError::Header { header, .. }) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(header, "number");
}

#[test]
fn a_nesting_bomb_is_refused_and_overflows_no_stack() {
    let mut bomb = Value::List(Vec::new());
    for _ in 0..10_000 {
        bomb = Value::List(vec![bomb]);
    }
    assert!(Headers::new().insert("bomb", &bomb).is_err());
    // Taken apart level by level: dropping it whole would be as deep.
    while let Value::List(mut inner) = bomb {
        let Some(next) = inner.pop() else { break };
        bomb = next;
    }
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<Headers>(&format!("{{\"a\":{text}}}")).is_err());
}

#[test]
fn content_must_be_an_object() {
    let event = DynamicEvent::service("list", "lists").unwrap();
    assert!(event.clone().with_content(&json!([1, 2])).is_err());
    assert!(event.clone().with_content(&json!("text")).is_err());
    assert!(event.with_content(&json!({})).is_ok());
}

#[tokio::test]
async fn a_subscription_that_could_receive_nothing_is_refused() {
    let error = memory()
        .subscribe(SubscribeOptions::live([]))
        .await
        .unwrap_err();
    assert!(
        matches!(error, TransportError::NoBindings { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("Binding::everything()"),
        "{error}"
    );
}

#[tokio::test]
async fn a_url_nobody_understands_says_what_would_do() {
    for (url, word) in [
        ("", "`memory:`"),
        ("nats://host", "`memory:`"),
        ("memory:a b", "not a broker's name"),
        ("memory:?size=1", "no parameters"),
    ] {
        let error = trunkline::connect(url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration, "{url}");
        assert!(error.to_string().contains(word), "{url}: {error}");
    }
}
