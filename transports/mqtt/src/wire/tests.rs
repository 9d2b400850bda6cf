#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use proptest::prelude::*;
use trunkline_core::{DeadReason, Envelope, EventId, Headers, Rejection, RoutingKey, Value};

use super::*;
use crate::keys::is_unfit;

fn envelope(key: &str) -> Envelope {
    Envelope::new(RoutingKey::verbatim(key).unwrap(), "body")
}

/// Everything an envelope can have, with characters that MQTT does not allow where text is.
fn full() -> Envelope {
    let mut envelope = envelope("a/b.c")
        .with_id(EventId::from_text("id\n%"))
        .with_timestamp(SystemTime::UNIX_EPOCH - Duration::from_millis(1500))
        .with_content_type("text/\u{1}plain")
        .with_expiration(Duration::from_millis(2_500))
        .with_headers(odd_headers());
    let properties = envelope.properties_mut();
    properties.set_content_encoding(Some("gzip"));
    properties.set_correlation_id(Some("☎\0"));
    properties.set_causation_id(Some("because\t"));
    properties.set_reply_to(Some("answers.here"));
    properties.set_kind(Some("kind"));
    properties.set_app_id(Some("app"));
    properties.set_priority(Some(9));
    properties.set_persistent(false);
    envelope
}

fn odd_headers() -> Headers {
    let nested = Headers::try_from_iter([("\u{FFFF}", Value::from("\0")), ("f", 1.0.into())]);
    Headers::try_from_iter([
        ("text", Value::from("plain")),
        ("lines", "two\nlines\u{FFFE}".into()),
        ("truth", true.into()),
        ("as-text", "true".into()),
        ("int", i64::MIN.into()),
        ("float", 1.0.into()),
        ("nan", f64::NEG_INFINITY.into()),
        ("null", Value::Null),
        ("bytes", Bytes::from_static(&[0, 255]).into()),
        (
            "list",
            Value::List(vec![1.into(), Bytes::from_static(b"x").into()]),
        ),
        ("table", Value::Table(nested.unwrap())),
        ("name\u{FFFE}", "odd".into()),
        ("x-tracked", "kept".into()),
    ])
    .unwrap()
}

fn same(sent: &Envelope, got: &Envelope) {
    // A name that cannot be a property's travels behind the others, so the order may differ.
    assert_eq!(sent, got);
    for (name, value) in sent.headers().iter() {
        assert_eq!(
            got.headers().get(name).unwrap().kind(),
            value.kind(),
            "{name}"
        );
    }
}

#[test]
fn an_envelope_survives_properties() {
    for sent in [full(), envelope("a.b")] {
        let message = encode(&sent, "me").unwrap();
        assert_eq!(message.stamp().unwrap().publisher, "me");
        same(&sent, &decode(&message).unwrap());
    }
}

#[test]
fn an_envelope_survives_packing() {
    for sent in [full(), envelope("a.b")] {
        let message = encode(&sent, "me").unwrap();
        let packed = message.clone().pack();
        assert!(packed.properties.is_empty() && packed.content_type.is_none());
        assert_eq!(packed.clone().unpack(), message);
        same(&sent, &decode(&packed.unpack()).unwrap());
    }
}

#[test]
fn nothing_on_the_wire_is_unfit_for_mqtt() {
    let message = encode(&full(), "me").unwrap();
    let names = message
        .properties
        .iter()
        .flat_map(|(name, value)| [name, value]);
    let rest = [&message.topic].into_iter().chain(&message.content_type);
    let rest = rest.chain(&message.response_topic).map(String::as_str);
    for text in names.chain(rest) {
        assert!(!text.contains(is_unfit), "{text:?}");
    }
}

#[test]
fn text_headers_are_plain_properties() {
    let sent = envelope("a.b").with_header("name", "call_created").unwrap();
    let message = encode(&sent, "me").unwrap();
    assert_eq!(message.property("name"), Some("call_created"));
    assert_eq!(message.property(names::TYPES), None);
}

#[test]
fn an_expiry_is_rounded_up_to_whole_seconds() {
    let wire = |life| {
        let sent = envelope("a.b").with_expiration(Duration::from_millis(life));
        encode(&sent, "me").unwrap().expiry
    };
    assert_eq!(
        [wire(1), wire(1_000), wire(1_001)],
        [Some(1), Some(1), Some(2)]
    );
}

#[test]
fn a_header_that_fits_no_property_is_refused() {
    let sent = envelope("a.b")
        .with_header("big", "v".repeat(MAX_STRING + 1))
        .unwrap();
    assert!(encode(&sent, "me").is_err());
}

#[test]
fn a_foreign_message_is_read_as_far_as_it_goes() {
    let mut message = Message {
        topic: "a.b/c".into(),
        content_type: Some("text/plain".into()),
        correlation: Some(Bytes::from_static(&[255])),
        payload: Bytes::from_static(b"\xff"),
        ..Message::default()
    };
    message.set("colour", "red");
    message.set("colour", "blue");
    message.set("", "no name");
    message.set(names::TIME, "yesterday");
    message.set(names::TYPES, "b");
    let got = decode(&message).unwrap();
    assert_eq!(got.routing_key().as_str(), "a%2Eb.c");
    let colours = Value::List(vec!["red".into(), "blue".into()]);
    assert_eq!(got.headers().get("colour").unwrap().to_value(), colours);
    assert_eq!((got.headers().len(), got.id()), (1, None));
    assert_eq!(got.properties().content_type(), Some("text/plain"));
}

#[test]
fn a_payload_that_begins_like_ours_is_left_alone() {
    for payload in [
        "trunkline1 ",
        "trunkline1 5\n{}",
        "trunkline1 2\n{}",
        "trunkline1 x\n{}\n",
        "trunkline1 99999999999999999999\n",
    ] {
        let message = Message {
            topic: "a".into(),
            payload: payload.into(),
            ..Message::default()
        };
        assert_eq!(message.clone().unpack(), message, "{payload}");
    }
}

#[test]
fn a_dead_letter_keeps_its_story() {
    let rejection = Rejection::new(DeadReason::Rejected, "at last:\n é☎ 100%")
        .with_handlers(["one".to_owned(), "two".to_owned()]);
    let first = SystemTime::UNIX_EPOCH + Duration::from_secs(9);
    let letter = Letter {
        rejection: &rejection,
        attempts: 3,
        first: Some(first),
        source: "billing",
    };
    let sent = full();
    let mut message = encode(&sent, "me").unwrap();
    letter.write(&mut message, sent.routing_key().as_str());
    message.topic = "/elsewhere".into();
    for message in [message.clone(), message.pack().unpack()] {
        let read = Letter::read("7", &message).unwrap();
        same(&sent, &read.envelope);
        assert_eq!((read.reason, read.attempts), (DeadReason::Rejected, 3));
        assert_eq!(
            (read.error, read.source),
            (rejection.error.clone(), "billing".to_owned())
        );
        assert_eq!(
            (read.handlers, read.first_attempt_at),
            (rejection.handlers.clone(), first)
        );
    }
}

#[test]
fn a_retry_keeps_its_story() {
    let story = Story {
        attempt: 4,
        first: Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(5)),
        due: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(7)),
    };
    let mut message = encode(&envelope("a.b"), "me").unwrap();
    story.write(&mut message, "a.b");
    message.topic = "/elsewhere".into();
    assert_eq!(Story::read(&message), story);
    assert_eq!(decode(&message).unwrap().routing_key().as_str(), "a.b");
}

proptest! {
    #[test]
    fn any_text_and_any_bytes_survive(
        text in any::<String>(),
        name in "[^\\x00-\\x1f\\x7f-\\u{9f}]{1,20}",
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        float in any::<f64>().prop_filter("equal to itself", |f| !f.is_nan()),
    ) {
        let list = Value::List(vec![text.as_str().into()]);
        let sent = envelope("a.b")
            .with_header(&name, text.as_str()).unwrap()
            .with_header("b", Bytes::from(bytes.clone())).unwrap()
            .with_header("f", float).unwrap()
            .with_header("l", list).unwrap()
            .with_body(bytes);
        let message = encode(&sent, "me").unwrap();
        prop_assert_eq!(&decode(&message).unwrap(), &sent);
        prop_assert_eq!(&decode(&message.pack().unpack()).unwrap(), &sent);
    }

    #[test]
    fn nothing_read_panics(
        payload in prop::collection::vec(any::<u8>(), 0..64),
        text in any::<String>(),
        types in "[sbifnxj?]{0,4}",
    ) {
        let mut message = Message {
            topic: text.clone(),
            payload: payload.into(),
            ..Message::default()
        };
        let _ = decode(&message.clone().unpack());
        for name in [names::STAMP, names::TIME, names::KEY, names::EXPIRATION, names::HEADERS, "a", "b"] {
            message.set(name, &text);
        }
        message.set(names::TYPES, &types);
        let _ = Story::read(&message);
        let _ = Letter::read("1", &message);
        let _ = decode(&message);
    }
}
