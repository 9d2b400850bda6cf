//! What is written.

use serde_json::{Value as Json, json};
use trunkline_cloudevents::{CloudEvents, CloudEventsError, EncodeError, Mode};
use trunkline_core::{Audience, Dialect, DynamicEvent, EventView, PublishExtras, UserId};

use crate::support::{OPENED, PREFIXES, dialect, dialects, encode, opened};

fn refused(event: &DynamicEvent) -> CloudEventsError {
    let extras = PublishExtras::default();
    match dialect()
        .encode(&EventView::new(event, &extras))
        .unwrap_err()
    {
        EncodeError::Dialect { source, .. } => *source.downcast().unwrap(),
        other => panic!("{other}"),
    }
}

#[test]
fn binary_mode_writes_each_attribute_as_a_header_and_the_data_as_the_body() {
    let event = opened(Audience::Tenant("acme".into()));
    for prefix in PREFIXES {
        let envelope = encode(&dialect().with_prefix(prefix), &event);
        let text = |name: &str| envelope.headers().text(&[prefix.as_str(), name].concat());
        assert_eq!(text("specversion"), Some("1.0"));
        assert_eq!(text("type"), Some(OPENED));
        assert_eq!(text("source"), Some("/pbx/doors"));
        assert_eq!(text("id"), Some(&*envelope.id().unwrap().to_string()));
        assert!(text("time").unwrap().ends_with('Z'));
        assert_eq!(
            (text("audience"), text("tenant")),
            (Some("tenant"), Some("acme"))
        );
        assert_eq!(envelope.headers().len(), 7, "and nothing else");
        assert_eq!(
            envelope.properties().content_type(),
            Some("application/json")
        );
        assert_eq!(envelope.body().as_ref(), br#"{"door":"front.1","times":3}"#);
        assert_eq!(envelope.routing_key().as_str(), "doors.front%2E1");
    }
}

#[test]
fn structured_mode_writes_all_of_it_into_the_body() {
    let event = opened(Audience::Service).with_attribute("count", 3);
    let envelope = encode(&dialect().with_mode(Mode::Structured), &event);
    assert!(envelope.headers().is_empty());
    let mut body: Json = serde_json::from_slice(envelope.body()).unwrap();
    let id = body["id"].take();
    assert_eq!(id, json!(envelope.id().unwrap().to_string()));
    assert!(body["time"].take().is_string());
    assert_eq!(
        body,
        json!({
            "specversion": "1.0", "id": null, "source": "/pbx/doors", "type": OPENED, "time": null,
            "count": 3, "datacontenttype": "application/json",
            "data": {"door": "front.1", "times": 3, "count": 3},
        })
    );
}

#[test]
fn what_is_written_is_read_back_in_every_way() {
    let users = |users: &[&str]| Audience::users("acme", users.iter().copied());
    let user = |user: Option<&str>| Audience::User {
        tenant: "acme".into(),
        user: user.map(UserId::from),
    };
    for audience in [
        Audience::Service,
        Audience::Tenant("acme".into()),
        Audience::Tenant("".into()),
        user(Some("u/1,%2F")),
        user(None),
        users(&["u1", "u/2", ""]),
        users(&["u1"]),
        users(&[""]),
        users(&[]),
    ] {
        for dialect in dialects() {
            let envelope = encode(&dialect, &opened(audience.clone()));
            assert_eq!(dialect.event_name(&envelope).as_deref(), Some(OPENED));
            assert_eq!(
                dialect.audience(&envelope).unwrap(),
                audience,
                "{dialect:?}"
            );
            let data: Json = serde_json::from_str(&dialect.data(&envelope).unwrap()).unwrap();
            assert_eq!(data, json!({"door": "front.1", "times": 3}));
            let event = dialect.read(&envelope).unwrap();
            assert_eq!(event.id(), envelope.id().unwrap().to_string());
            assert_eq!(event.data_content_type(), Some("application/json"));
            let written = envelope.properties().timestamp().unwrap();
            assert_eq!(event.time().unwrap(), written);
        }
    }
}

#[test]
fn header_fields_are_attributes_and_in_the_data() {
    let event = opened(Audience::Service)
        .with_attribute("Call_ID", "c.1")
        .with_attribute("subject", "front door")
        .with_attribute("is_open", true)
        .with_attribute("times", 3)
        .with_attribute("great", 5_000_000_000_u64)
        .with_attribute("none", Json::Null);
    for dialect in dialects() {
        let envelope = encode(&dialect, &event);
        let read = dialect.read(&envelope).unwrap();
        assert_eq!(read.attribute("callid"), Some("c.1"));
        assert_eq!(read.subject(), Some("front door"));
        assert_eq!(read.attribute("isopen"), Some("true"));
        assert_eq!(read.attribute("times"), Some("3"));
        assert_eq!(read.attribute("great"), Some("5000000000"));
        assert_eq!(read.attribute("none"), None);
        let data: Json = serde_json::from_str(&dialect.data(&envelope).unwrap()).unwrap();
        assert_eq!(
            data,
            json!({
                "door": "front.1", "times": 3, "Call_ID": "c.1", "subject": "front door",
                "is_open": true, "great": 5_000_000_000_u64, "none": null,
            })
        );
    }
}

#[test]
fn an_empty_content_takes_a_header_field_too() {
    let event = DynamicEvent::service("x", "x")
        .unwrap()
        .with_attribute("a", 1);
    assert_eq!(encode(&dialect(), &event).body().as_ref(), br#"{"a":1}"#);
}

#[test]
fn what_the_publisher_adds_is_beneath_the_events_own() {
    let mut extras = PublishExtras::default();
    let own = serde_json::Map::from_iter([
        ("door".to_owned(), json!("back")),
        ("who".to_owned(), json!("me")),
    ]);
    extras.initial_data = Some(own);
    extras.headers.insert("traceparent", "00-1").unwrap();
    extras.headers.insert("cloudEvents_type", "other").unwrap();
    extras.routing_key = Some("elsewhere".into());
    let event = opened(Audience::Service);
    let envelope = dialect().encode(&EventView::new(&event, &extras)).unwrap();
    assert_eq!(envelope.headers().text("traceparent"), Some("00-1"));
    assert_eq!(dialect().event_name(&envelope).as_deref(), Some(OPENED));
    assert_eq!(envelope.routing_key().as_str(), "elsewhere");
    let data: Json = serde_json::from_slice(envelope.body()).unwrap();
    assert_eq!(data, json!({"door": "front.1", "times": 3, "who": "me"}));
}

#[test]
fn fields_that_cannot_be_attributes_are_refused_with_their_name() {
    let with = |field: &str, value: Json| opened(Audience::Service).with_attribute(field, value);
    for field in ["id", "type", "tenant", "USER", "data", "spec_version"] {
        let error = refused(&with(field, json!(1)));
        assert!(
            matches!(&error, CloudEventsError::Taken { field: found, .. } if found == field),
            "{error}"
        );
    }
    let twice = with("a_b", json!(1)).with_attribute("ab", 2);
    assert!(matches!(refused(&twice), CloudEventsError::Taken { .. }));
    let nameless = with("_", json!(1));
    assert!(matches!(
        refused(&nameless),
        CloudEventsError::AttributeName { .. }
    ));
    for value in [json!([1]), json!({}), json!("a\u{1}b"), json!("\u{fffe}")] {
        let error = refused(&with("field", value.clone()));
        assert!(
            matches!(error, CloudEventsError::AttributeValue { .. }),
            "{value}"
        );
    }
    let tenant = opened(Audience::Tenant("a\nb".into()));
    assert!(
        matches!(refused(&tenant), CloudEventsError::AttributeValue { name, .. } if name == "tenant")
    );
}

#[test]
fn a_source_is_a_uri_reference() {
    for source in [
        "https://example.com/calld",
        "/calld",
        "urn:uuid:6e8b",
        "calld",
        "#x",
    ] {
        assert!(CloudEvents::new(source).is_ok(), "{source}");
    }
    for source in ["", "a b", "caf\u{e9}", "%zz", "1:x", "<>"] {
        let error = CloudEvents::new(source).unwrap_err();
        assert!(matches!(&error, CloudEventsError::Source { found } if found == source));
    }
}
