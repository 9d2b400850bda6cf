//! What is no event is told apart, and none of it makes the dialect panic.

use serde_json::json;
use trunkline_cloudevents::{CloudEventsError as Error, DecodeError};
use trunkline_core::{Dialect, Value};

use crate::support::{OPENED, binary, delivered, dialect, of_text, refusal, structured};

#[test]
fn batches_and_other_formats_are_refused_by_their_content_type() {
    let batch = delivered(Some("application/cloudevents-batch+json"), &[], "[]");
    assert!(matches!(refusal(&batch), Error::Batch));
    assert_eq!(dialect().event_name(&batch), None);
    let avro = delivered(Some("application/cloudevents+avro"), &[], "x");
    assert!(matches!(refusal(&avro), Error::Format { found } if found.ends_with("avro")));
}

#[test]
fn what_says_nothing_of_cloudevents_is_none() {
    for envelope in [
        delivered(Some("application/json"), &[], "{}"),
        delivered(None, &[], "[]"),
        delivered(None, &[], ""),
        delivered(None, &[], r#"{"name":"x"}"#),
        delivered(None, &[("cloudEvents_id", "1".into())], "x"),
    ] {
        assert!(
            matches!(refusal(&envelope), Error::NotACloudEvent),
            "{envelope:?}"
        );
        assert_eq!(dialect().event_name(&envelope), None);
        assert!(dialect().audience(&envelope).is_err());
    }
}

#[test]
fn what_every_event_has_may_not_be_missing_or_empty() {
    for attribute in ["id", "source", "type"] {
        for empty in [json!(null), json!("")] {
            let envelope = structured(json!({attribute: empty}));
            let error = refusal(&envelope);
            assert!(
                matches!(error, Error::Missing { attribute: found } if found == attribute),
                "{error}"
            );
        }
        let header = ["cloudEvents_", attribute].concat();
        let envelope = binary("application/json", &[(&header, Value::Null)], "{}");
        assert!(matches!(refusal(&envelope), Error::Missing { .. }));
    }
    let version = structured(json!({"specversion": "0.3"}));
    assert!(matches!(refusal(&version), Error::Version { found } if found == "0.3"));
    assert!(matches!(
        refusal(&structured(json!({"specversion": null}))),
        Error::NotACloudEvent
    ));
}

#[test]
fn attributes_that_cannot_be_are_refused_with_their_name() {
    for name in ["Upper", "with_line", "with-dash", "", "\u{e9}"] {
        let error = refusal(&structured(json!({name: "x"})));
        assert!(matches!(&error, Error::AttributeName { name: found } if found == name));
    }
    let header = binary("application/json", &[("cloudEvents_Id", "x".into())], "{}");
    assert!(matches!(refusal(&header), Error::AttributeName { .. }));
    for value in [json!([1]), json!({}), json!(1.5), json!(1e3)] {
        let error = refusal(&structured(json!({"x": value})));
        assert!(matches!(error, Error::AttributeValue { .. }), "{error}");
    }
    for value in [Value::Float(1.5), Value::List(vec![])] {
        let envelope = binary("application/json", &[("cloudEvents_x", value)], "{}");
        assert!(matches!(refusal(&envelope), Error::AttributeValue { .. }));
    }
    for time in ["now", "", "2018-04-05"] {
        let error = refusal(&structured(json!({"time": time})));
        assert!(matches!(error, Error::Time { found } if found == time));
    }
    let time = ("cloudEvents_time", Value::Int(i64::MAX));
    assert!(matches!(
        refusal(&binary("", &[time], "{}")),
        Error::Time { .. }
    ));
}

#[test]
fn what_says_two_things_is_refused() {
    let twice = [
        ("ce-specversion", Value::from("1.0")),
        ("ce-type", "other".into()),
    ];
    assert!(matches!(
        refusal(&binary("application/json", &twice, "{}")),
        Error::TwoPrefixes {
            first: "cloudEvents_",
            second: "ce-"
        }
    ));
    // Without a prefix it may be anyone's header, and what has one counts.
    let bare = [
        ("specversion", Value::from("1.0")),
        ("type", "other".into()),
    ];
    let envelope = binary("application/json", &bare, "{}");
    assert_eq!(dialect().event_name(&envelope).as_deref(), Some(OPENED));
    let data = structured(json!({"data": {}, "data_base64": "e30="}));
    assert!(matches!(refusal(&data), Error::TwoData));
    let body = r#"{"specversion":"1.0","id":"1","source":"s","type":"a","type":"b"}"#;
    let error = dialect().data(&of_text(body)).unwrap_err();
    assert!(matches!(error, DecodeError::DuplicateKey(key) if key == "type"));
    for contradiction in [
        json!({"audience": "tenant", "tenant": "t", "user": "u"}),
        json!({"audience": "tenant", "tenant": "t", "users": "u"}),
        json!({"audience": "user", "tenant": "t", "users": "u"}),
        json!({"tenant": "t", "user": "u", "users": "v"}),
        json!({"audience": "all", "tenant": "t"}),
        json!({"tenant": "t", "users": "a%2"}),
    ] {
        let error = dialect()
            .audience(&structured(contradiction.clone()))
            .unwrap_err();
        assert!(
            matches!(error, DecodeError::Header { .. }),
            "{contradiction}"
        );
    }
    for missing in [
        json!({"audience": "tenant"}),
        json!({"audience": "user", "user": "u"}),
        json!({"audience": "multi_user", "tenant": "t"}),
    ] {
        let error = dialect()
            .audience(&structured(missing.clone()))
            .unwrap_err();
        assert!(matches!(error, DecodeError::Missing(_)), "{missing}");
    }
}

#[test]
fn bodies_that_are_no_json_object_are_told_apart() {
    let read = |body: &[u8]| {
        let envelope = delivered(Some("application/cloudevents+json"), &[], body);
        dialect().data(&envelope).unwrap_err()
    };
    assert!(matches!(read(b"\xff"), DecodeError::NotUtf8(_)));
    for body in ["", "{", "{}x", "nope", "{\"a\":1,}"] {
        assert!(
            matches!(read(body.as_bytes()), DecodeError::NotJson(_)),
            "{body}"
        );
    }
    for body in ["[]", "1", "\"{}\"", " null "] {
        assert!(
            matches!(read(body.as_bytes()), DecodeError::NotAnObject),
            "{body}"
        );
    }
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let deep = of_text(&format!(
        r#"{{"specversion":"1.0","id":"1","source":"s","type":"a","data":{deep}}}"#
    ));
    let _ = dialect().data(&deep);
}

#[test]
fn data_that_is_not_what_it_says_is_refused() {
    let base64 = structured(json!({"data_base64": "not base64!"}));
    assert!(matches!(refusal(&base64), Error::Base64(_)));
    let number = structured(json!({"data_base64": 1}));
    assert!(matches!(refusal(&number), Error::AttributeValue { .. }));
    let kind = structured(json!({"datacontenttype": "text/plain", "data": 1}));
    assert!(matches!(refusal(&kind), Error::DataKind { .. }));
    let image = binary("image/png", &[], "x");
    assert!(
        matches!(refusal(&image), Error::NotJson { content_type } if content_type == "image/png")
    );
    let utf8 = binary("application/json", &[], "").with_body(&b"\xff"[..]);
    assert!(matches!(
        dialect().data(&utf8),
        Err(DecodeError::NotUtf8(_))
    ));
    let mut packed = binary("application/json", &[], "{}");
    packed.properties_mut().set_content_encoding(Some("gzip"));
    assert!(matches!(refusal(&packed), Error::ContentEncoding { found } if found == "gzip"));
}
