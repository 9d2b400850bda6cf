//! Events of other makers, as they come.

use serde_json::json;
use trunkline_cloudevents::EventData;
use trunkline_core::{Audience, Dialect, HeaderTest, Subject, Value};

use crate::support::{OPENED, PREFIXES, binary, delivered, dialect, of_text, structured};

#[test]
fn native_values_of_headers_are_read_in_their_canonical_form() {
    let envelope = binary(
        "application/json",
        &[
            ("cloudEvents_time", Value::Int(1_522_893_384_078)),
            ("cloudEvents_count", Value::Int(-3)),
            ("cloudEvents_open", Value::Bool(false)),
            ("cloudEvents_raw", Value::Bytes(vec![255, 0].into())),
            ("cloudEvents_unset", Value::Null),
            ("x-other", "not an attribute".into()),
        ],
        "{}",
    );
    let event = dialect().read(&envelope).unwrap();
    assert_eq!(event.attribute("time"), Some("2018-04-05T01:56:24.078Z"));
    assert_eq!(event.attribute("count"), Some("-3"));
    assert_eq!(event.attribute("open"), Some("false"));
    assert_eq!(event.attribute("raw"), Some("/wA="));
    assert_eq!(event.attribute("unset"), None);
    assert_eq!(event.attributes().count(), 9, "{event:?}");
}

#[test]
fn native_values_of_members_are_read_in_their_canonical_form() {
    let envelope = structured(json!({
        "count": -3, "open": true, "unset": null, "text": "a\"\u{e9}\n", "data": [1],
    }));
    let event = dialect().read(&envelope).unwrap();
    assert_eq!(event.attribute("count"), Some("-3"));
    assert_eq!(event.attribute("open"), Some("true"));
    assert_eq!(event.attribute("unset"), None);
    assert_eq!(event.attribute("text"), Some("a\"\u{e9}\n"));
    assert_eq!(event.data(), &EventData::Json("[1]".into()));
}

#[test]
fn mqtts_user_properties_are_read_among_others() {
    let headers = [
        ("specversion", "1.0"),
        ("type", OPENED),
        ("time", "2018-04-05T03:56:24Z"),
        ("id", "1234"),
        ("source", "/mycontext"),
        ("datacontenttype", "application/json; charset=utf-8"),
        ("Not-An-Attribute", "x"),
    ];
    let headers = headers.map(|(name, text)| (name, Value::from(text)));
    let envelope = delivered(Some("application/json; charset=utf-8"), &headers, "{}");
    let event = dialect().read(&envelope).unwrap();
    assert_eq!((event.id(), event.source()), ("1234", "/mycontext"));
    assert_eq!(event.attributes().count(), 6);
}

#[test]
fn without_headers_and_content_type_a_body_is_in_structured_mode() {
    let body = structured(json!({"data": {"door": "back"}})).body().clone();
    let envelope = delivered(None, &[], body);
    assert_eq!(dialect().event_name(&envelope).as_deref(), Some(OPENED));
    assert_eq!(dialect().data(&envelope).unwrap(), r#"{"door":"back"}"#);
}

#[test]
fn data_is_what_its_content_type_says() {
    let bytes = |bytes: &[u8]| EventData::Bytes(bytes.to_vec().into());
    let json = |text: &'static str| EventData::Json(text.into());
    for (changes, expected) in [
        (json!({}), EventData::None),
        (json!({"data": null}), json("null")),
        (json!({"data": "text"}), json("\"text\"")),
        (json!({"data": {"a": 1.5}}), json(r#"{"a":1.5}"#)),
        (json!({"data_base64": "eyJhIjoxfQ=="}), json(r#"{"a":1}"#)),
        (json!({"data_base64": null}), EventData::None),
        (
            json!({"datacontenttype": "image/png", "data_base64": "/wA="}),
            bytes(&[255, 0]),
        ),
        (
            json!({"datacontenttype": "application/xml", "data": "<a b=\"\u{e9}\"/>"}),
            bytes("<a b=\"\u{e9}\"/>".as_bytes()),
        ),
        (
            json!({"datacontenttype": "text/plain", "data": null}),
            EventData::None,
        ),
    ] {
        let envelope = structured(changes.clone());
        assert_eq!(
            dialect().read(&envelope).unwrap().data(),
            &expected,
            "{changes}"
        );
    }
    for (content_type, body, expected) in [
        ("application/json", "", EventData::None),
        ("application/vnd.acme+json", "[]", json("[]")),
        ("text/plain", "hello", bytes(b"hello")),
    ] {
        let envelope = binary(content_type, &[], body);
        assert_eq!(dialect().read(&envelope).unwrap().data(), &expected);
    }
}

#[test]
fn no_data_is_null_to_handlers() {
    assert_eq!(dialect().data(&structured(json!({}))).unwrap(), "null");
    assert_eq!(
        dialect()
            .data(&binary("application/json", &[], ""))
            .unwrap(),
        "null"
    );
}

#[test]
fn an_event_without_an_audience_is_for_services_and_one_with_a_tenant_for_the_tenant() {
    let audience = |changes| dialect().audience(&structured(changes)).unwrap();
    assert_eq!(audience(json!({})), Audience::Service);
    assert_eq!(audience(json!({"user": "u"})), Audience::Service);
    assert_eq!(
        audience(json!({"audience": "service", "tenant": "t"})),
        Audience::Service
    );
    assert_eq!(
        audience(json!({"tenant": "t"})),
        Audience::Tenant("t".into())
    );
    let user = Audience::User {
        tenant: "t".into(),
        user: Some("u".into()),
    };
    assert_eq!(audience(json!({"tenant": "t", "user": "u"})), user);
    let users = Audience::users("t", ["u", "v"]);
    assert_eq!(audience(json!({"tenant": "t", "users": "u/v"})), users);
}

#[test]
fn bindings_ask_for_everything_unless_binary_mode_is_all_there_is() {
    assert!(dialect().binding_for(OPENED).is_everything());
    let binding = dialect().with_binary_alone().binding_for(OPENED);
    for prefix in PREFIXES {
        let name = [prefix.as_str(), "type"].concat();
        let headers = trunkline_core::Headers::try_from_iter([(&*name, OPENED)]).unwrap();
        let subject = |headers| Subject {
            name: None,
            key: "any",
            headers,
        };
        assert!(binding.matches(&subject(&headers)), "{name}");
        let other = trunkline_core::Headers::try_from_iter([(&*name, "other")]).unwrap();
        assert!(!binding.matches(&subject(&other)));
        let _ = HeaderTest::equals(name, OPENED);
    }
}

#[test]
fn a_name_in_a_header_is_read_without_the_body() {
    let envelope = binary("application/json", &[], "{").with_body(&b"\xff"[..]);
    assert_eq!(dialect().event_name(&envelope).as_deref(), Some(OPENED));
    let escaped = of_text(r#"{"specversion":"1.0","id":"1","source":"s","type":"a\u0062"}"#);
    assert_eq!(dialect().event_name(&escaped).as_deref(), Some("ab"));
}
