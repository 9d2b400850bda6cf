//! What a published event becomes.

use std::error::Error;

use crate::common::*;
use serde_json::{Value, json};
use trunkline_core::{
    Addressed, Audience, Content, Dialect, DynamicEvent, EncodeError, EventDefinition, EventView,
    HeaderError, KeyErrorKind, Level, MultiUserEvent, Outgoing, PublishExtras, Template,
    TenantEvent, UserEvent, UserId, ValueRef,
};
use trunkline_wazo::{LocalTime, MAX_DEPTH, Wazo};

fn held() -> Addressed<CallHeld> {
    CallHeld {
        call_id: "1700000000.42".into(),
    }
    .for_user(TENANT, USER)
}

fn dynamic(key: &str, content: Value) -> DynamicEvent {
    DynamicEvent::service("edge", key.to_owned())
        .unwrap()
        .with_content(&content)
        .unwrap()
}

fn key_of(key: &str, content: Value) -> String {
    encode(&dynamic(key, content))
        .unwrap()
        .routing_key()
        .as_str()
        .to_owned()
}

fn extras(change: impl FnOnce(&mut PublishExtras)) -> PublishExtras {
    let mut extras = PublishExtras::default();
    change(&mut extras);
    extras
}

#[test]
fn a_user_event_is_the_headers_and_a_body_that_repeats_them() {
    let envelope = encode(&held()).unwrap();
    let mut expected = json!({
        "tenant_uuid": TENANT,
        "name": "call_held",
        format!("user_uuid:{USER}"): true,
        "required_access": "event.call_held",
        "required_acl": format!("events.calls.{USER}"),
        "origin_uuid": ORIGIN,
        "timestamp": NOW,
    });
    assert_eq!(Value::try_from(envelope.headers()).unwrap(), expected);
    expected["data"] = json!({"call_id": "1700000000.42"});
    assert_eq!(body_of(&envelope), expected);
    assert_eq!(
        envelope.routing_key().as_str(),
        "calls.1700000000__DOT__42.held"
    );
}

#[test]
fn headers_are_in_the_order_of_the_python_library() {
    let event = ConferenceCreated {
        id: 1,
        conference_id: 12,
    }
    .for_tenant(TENANT);
    let extras = extras(|extras| extras.headers.insert("custom", 1).unwrap());
    let envelope = encode_with(&event, &extras).unwrap();
    let names: Vec<_> = envelope
        .headers()
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    let expected = [
        "custom",
        "tenant_uuid",
        "user_uuid:*",
        "conference_id",
        "name",
        "required_access",
        "required_acl",
        "origin_uuid",
        "timestamp",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_header_field_is_a_header_of_its_own_kind_and_a_variable() {
    let event = ConferenceCreated {
        id: 1,
        conference_id: -12,
    }
    .for_tenant(TENANT);
    let envelope = encode(&event).unwrap();
    assert_eq!(
        envelope.headers().get("conference_id"),
        Some(ValueRef::Int(-12))
    );
    assert_eq!(
        envelope.routing_key().as_str(),
        "config.conferences.-12.created"
    );
    assert_eq!(body_of(&envelope)["conference_id"], json!(-12));
}

#[test]
fn every_event_has_an_id_of_its_own() {
    let (first, second) = (encode(&held()).unwrap(), encode(&held()).unwrap());
    assert!(first.id().is_some() && first.id() != second.id());
}

#[test]
fn a_user_event_for_nobody_has_no_user_header_and_none_in_its_access_string() {
    let event = CallHeld {
        call_id: "1".into(),
    }
    .for_no_user(TENANT);
    let envelope = encode(&event).unwrap();
    assert_eq!(
        envelope.headers().text("required_acl"),
        Some("events.calls.None")
    );
    assert!(
        envelope
            .headers()
            .iter()
            .all(|(name, _)| !name.starts_with("user_uuid"))
    );
}

#[test]
fn a_user_event_for_the_empty_user_has_no_user_header_either() {
    let envelope = encode(
        &CallHeld {
            call_id: "1".into(),
        }
        .for_user(TENANT, ""),
    )
    .unwrap();
    assert_eq!(
        envelope.headers().text("required_acl"),
        Some("events.calls.")
    );
    assert!(
        envelope
            .headers()
            .iter()
            .all(|(name, _)| !name.starts_with("user_uuid"))
    );
}

#[test]
fn several_users_have_a_header_each_and_none_is_a_variable() {
    let envelope =
        encode(&AgentPaused { agent_id: 1 }.for_users(TENANT, ["u1", "u2", "u1"])).unwrap();
    let users: Vec<_> = envelope
        .headers()
        .iter()
        .filter(|(name, value)| name.starts_with("user_uuid:") && value.as_bool() == Some(true))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(users, ["user_uuid:u1", "user_uuid:u2"]);
    let named = DynamicEvent::new("x", "a.{user_uuid}", Audience::users(TENANT, ["u1"])).unwrap();
    assert!(matches!(
        encode(&named),
        Err(EncodeError::MissingVariable { .. })
    ));
}

#[test]
fn the_name_hides_an_attribute_which_hides_the_content() {
    let event = DynamicEvent::tenant("the.name", "{name}.{both}.{tenant_uuid}", "t.1")
        .unwrap()
        .with_content(&json!({"name": "n", "both": "content", "tenant_uuid": "other"}))
        .unwrap()
        .with_attribute("both", "attribute");
    assert_eq!(
        encode(&event).unwrap().routing_key().as_str(),
        "the__DOT__name.attribute.t__DOT__1"
    );
}

#[test]
fn content_is_a_variable_where_the_audience_has_none_of_that_name() {
    let key = key_of(
        "{tenant_uuid}.{user_uuid}",
        json!({"tenant_uuid": "a", "user_uuid": "b"}),
    );
    assert_eq!(key, "a.b");
    let event = DynamicEvent::user("x", "{user_uuid}", "t", "u").unwrap();
    let event = event.with_content(&json!({"user_uuid": "forged"})).unwrap();
    assert_eq!(encode(&event).unwrap().routing_key().as_str(), "u");
}

#[test]
fn an_attribute_cannot_change_the_audience() {
    let event = DynamicEvent::user("x", "x", "mine", "me")
        .unwrap()
        .with_attribute("tenant_uuid", "theirs")
        .with_attribute("user_uuid", "them");
    let envelope = encode(&event).unwrap();
    assert_eq!(wazo().audience(&envelope).unwrap(), *event.audience());
    assert_eq!(envelope.headers().get("user_uuid"), None);
}

#[test]
fn text_at_the_top_is_escaped_and_text_inside_is_not() {
    let content = json!({"id": "a.b#c*d", "call": {"id": "a.b"}, "list": ["x.y", {"k": "#"}]});
    let key = key_of("{id}.{call[id]}.{list[0]}.{list[1][k]}", content);
    assert_eq!(key, "a__DOT__b__HASH__c__STAR__d.a.b.x.y.#");
}

#[test]
fn a_text_is_indexed_as_it_is_escaped() {
    assert_eq!(key_of("{id[0]}{id[1]}{id[3]}", json!({"id": "é.x"})), "é_D");
    assert_eq!(key_of("{o[id][1]}", json!({"o": {"id": "é.x"}})), ".");
}

#[test]
fn digits_index_lists_and_nothing_else_does() {
    let content = || json!({"list": ["a"], "map": {"0": "b"}, "n": 5});
    for key in [
        "{list[1]}",
        "{list[x]}",
        "{list[-1]}",
        "{map[0]}",
        "{n[0]}",
        "{list[99999999999999999999]}",
    ] {
        let refused = encode(&dynamic(key, content()));
        assert!(
            matches!(refused, Err(EncodeError::MissingVariable { .. })),
            "{key}"
        );
    }
}

#[test]
fn an_object_in_a_key_has_its_fields_in_the_order_they_are_written() {
    let zone = |name: &str, area| Zone {
        name: name.into(),
        area,
    };
    let event = ZonesCounted {
        zone: zone("north.a", 1e16),
        zones: vec![zone("it's", 1e-7)],
        total: u128::from(u64::MAX) + 1,
    };
    let envelope = encode(&event).unwrap();
    assert_eq!(
        envelope.routing_key().as_str(),
        "north.a.1e-07.18446744073709551616"
    );
    assert_eq!(
        envelope.headers().text("required_acl"),
        Some("{'name': 'north.a', 'area': 1e+16}")
    );
}

#[test]
fn keys_that_are_not_canonical_stay_as_they_are() {
    for (template, value, key) in [
        ("a.{v}.b", "", "a..b"),
        ("{v}", "", ""),
        ("#.*.{v}", "a b/é", "#.*.a b/é"),
    ] {
        assert_eq!(key_of(template, json!({"v": value})), key);
    }
}

#[test]
fn an_override_is_the_key_and_leaves_the_access_string_alone() {
    let extras = extras(|extras| extras.routing_key = Some("other.{key}.#".into()));
    let envelope = encode_with(&dynamic("edge.{a}", json!({"a": "x.y"})), &extras).unwrap();
    assert_eq!(envelope.routing_key().as_str(), "other.{key}.#");
    assert_eq!(
        envelope.headers().text("required_acl"),
        Some("events.edge.x__DOT__y")
    );
}

#[test]
fn the_publishers_headers_lose_against_the_events_and_are_no_variables() {
    let extras = extras(|extras| {
        for name in [
            "name",
            "tenant_uuid",
            "timestamp",
            "required_acl",
            "user_uuid:*",
            "custom",
        ] {
            extras.headers.insert(name, false).unwrap();
        }
    });
    let event = DynamicEvent::tenant("x", "x", TENANT).unwrap();
    let envelope = encode_with(&event, &extras).unwrap();
    let headers = Value::try_from(envelope.headers()).unwrap();
    assert_eq!(headers["name"], "x");
    assert_eq!(headers["user_uuid:*"], true);
    assert_eq!(headers["custom"], false);
    let mut body = body_of(&envelope);
    body.as_object_mut().unwrap().remove("data");
    assert_eq!(body, headers);
    let named = DynamicEvent::tenant("x", "{custom}", TENANT).unwrap();
    assert!(encode_with(&named, &extras).is_err());
}

#[test]
fn initial_data_lies_beneath_the_content() {
    let initial = json!({"a": "initial", "b": {"deep": 1}});
    let extras = extras(|extras| extras.initial_data = initial.as_object().cloned());
    let event = dynamic("edge", json!({"a": "content", "c": 1.0}));
    let data = body_of(&encode_with(&event, &extras).unwrap())["data"].take();
    assert_eq!(data, json!({"a": "content", "b": {"deep": 1}, "c": 1.0}));
}

#[test]
fn a_header_called_data_never_replaces_the_content() {
    let event = dynamic("edge", json!({"a": 1})).with_attribute("data", "header");
    let envelope = encode(&event).unwrap();
    assert_eq!(envelope.headers().text("data"), Some("header"));
    assert_eq!(body_of(&envelope)["data"], json!({"a": 1}));
}

#[test]
fn without_an_origin_the_header_is_null() {
    let (event, extras) = (held(), PublishExtras::default());
    let envelope = Wazo::new()
        .encode(&EventView::new(&event, &extras))
        .unwrap();
    assert_eq!(envelope.headers().get("origin_uuid"), Some(ValueRef::Null));
}

#[test]
fn the_clock_is_the_systems_unless_told_otherwise() {
    let (event, extras) = (held(), PublishExtras::default());
    let before = LocalTime::now();
    let envelope = Wazo::new()
        .encode(&EventView::new(&event, &extras))
        .unwrap();
    let time: LocalTime = envelope
        .headers()
        .text("timestamp")
        .unwrap()
        .parse()
        .unwrap();
    assert!((before..=LocalTime::now()).contains(&time));
}

#[test]
fn a_missing_variable_is_named_with_its_template_and_path() {
    let event = dynamic("ok", json!({"call": {}}))
        .with_required_acl("e.{call[id]}")
        .unwrap();
    match encode(&event).unwrap_err() {
        EncodeError::MissingVariable {
            event,
            field,
            template,
            variable,
        } => {
            assert_eq!([&*event, field], ["edge", "required_acl"]);
            assert_eq!([&*template, &*variable], ["e.{call[id]}", "call[id]"]);
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_key_over_255_bytes_or_with_nul_is_refused() {
    let kind = |value: &str| match encode(&dynamic("{v}", json!({"v": value}))).unwrap_err() {
        EncodeError::RoutingKey { source, .. } => source.kind(),
        other => panic!("{other}"),
    };
    assert_eq!(kind(&"é".repeat(128)), KeyErrorKind::TooLong);
    assert_eq!(kind("a\0b"), KeyErrorKind::Control);
    assert_eq!(key_of("{v}", json!({"v": "é".repeat(127)})).len(), 254);
    assert_eq!(key_of("{v}", json!({"v": "tab\there"})), "tab\there");
}

#[test]
fn values_no_header_can_carry_are_refused_by_name() {
    let refused = |event: &DynamicEvent, extras: &PublishExtras| match encode_with(event, extras)
        .unwrap_err()
    {
        EncodeError::Header { header, source, .. } => (header, source),
        other => panic!("{other}"),
    };
    let plain = || dynamic("x", json!({}));
    let none = PublishExtras::default();
    let (header, source) = refused(&plain().with_attribute("n", u64::MAX), &none);
    assert_eq!(source, HeaderError::IntegerTooLarge { name: header });
    let bytes = extras(|extras| extras.headers.insert("b", &b"\xff"[..]).unwrap());
    assert_eq!(
        refused(&plain(), &bytes).1,
        HeaderError::BytesInJson { name: "b".into() }
    );
    let nan = extras(|extras| extras.headers.insert("n", f64::NAN).unwrap());
    assert_eq!(
        refused(&plain(), &nan).1,
        HeaderError::NotFiniteInJson { name: "n".into() }
    );
    let (header, source) = refused(&plain().with_attribute("a\nb", 1), &none);
    assert!(
        matches!(source, HeaderError::ControlInName { at: 1, .. }),
        "{header}"
    );
    let long = plain().with_attribute("n".repeat(256), 1);
    assert!(matches!(
        refused(&long, &none).1,
        HeaderError::NameTooLong { .. }
    ));
}

#[test]
fn a_user_whose_id_cannot_be_a_header_is_refused() {
    for user in ["line\nbreak", &"u".repeat(246)] {
        let refused = encode(
            &CallHeld {
                call_id: "1".into(),
            }
            .for_user(TENANT, user),
        );
        assert!(matches!(refused, Err(EncodeError::Header { .. })), "{user}");
    }
}

#[test]
fn content_that_is_no_object_is_refused() {
    assert!(matches!(
        encode(&Bare(vec![1])),
        Err(EncodeError::NotAnObject { .. })
    ));
    let extras = extras(|extras| extras.initial_data = json!({"a": 1}).as_object().cloned());
    let merged = encode_with(&Bare(vec![1]), &extras);
    assert!(matches!(merged, Err(EncodeError::NotAnObject { .. })));
}

#[test]
fn content_that_json_cannot_have_is_refused_with_its_cause() {
    let error = encode(&Unwritable {
        by_pair: [((1, 2), 3)].into(),
    })
    .unwrap_err();
    assert!(matches!(error, EncodeError::Content { .. }));
    assert!(error.source().is_some());
}

#[test]
fn content_deeper_than_readers_go_is_refused_and_the_deepest_is_read_back() {
    let nested = |levels: usize| (0..levels).fold(json!({}), |inner, _| json!({"k": inner}));
    // The body and the content's own braces are two levels.
    let deepest = encode(&dynamic("x", nested(MAX_DEPTH - 2))).unwrap();
    assert!(wazo().data(&deepest).is_ok());
    let refused = encode(&dynamic("x", nested(MAX_DEPTH - 1)));
    assert!(matches!(
        refused,
        Err(EncodeError::TooDeep {
            limit: MAX_DEPTH,
            ..
        })
    ));
}

/// Content that is JSON text already, as that of a plugin may be. It has the variables `v` and
/// `gone`, the latter in no JSON.
struct AsWritten(String);

impl Content for AsWritten {
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(())
    }
    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>> {
        let no_value = || serde::ser::Error::custom("text, not a value");
        match name {
            "v" => Some(Err(no_value())),
            "gone" => Some(Ok(json!({"list": [1]}))),
            _ => None,
        }
    }
}

fn key_as_written(key: &'static str, content: AsWritten) -> Result<String, EncodeError> {
    let definition = EventDefinition::new(
        "x",
        Level::Service,
        Template::parse(key).expect("a template"),
    );
    let extras = PublishExtras::default();
    let event = dynamic("x", json!({}));
    let mut view = EventView::new(&event, &extras);
    view.definition = &definition;
    view.content = &content;
    wazo()
        .encode(&view)
        .map(|envelope| envelope.routing_key().as_str().to_owned())
}

#[test]
fn a_variable_no_value_holds_is_read_from_the_text_of_the_content() {
    let key = key_as_written(
        "{v}.{gone}.{gone[list][0]}",
        AsWritten(r#"{"v":1e2}"#.into()),
    );
    assert_eq!(key.unwrap(), "100.0.{'list': [1]}.1");
    let neither = key_as_written("{v}", AsWritten("{}".into()));
    assert!(matches!(neither, Err(EncodeError::Content { .. })));
}

#[test]
fn a_nesting_bomb_is_refused_before_it_is_printed() {
    let bomb = format!("{{\"v\":{}{}}}", "[".repeat(500_000), "]".repeat(500_000));
    for key in ["{v}", "{v[0][0]}"] {
        let refused = key_as_written(key, AsWritten(bomb.clone()));
        assert!(matches!(refused, Err(EncodeError::TooDeep { .. })), "{key}");
    }
}

/// An event that was given an audience its level does not have.
struct Misaddressed(EventDefinition, Audience, AsWritten);

impl Outgoing for Misaddressed {
    fn event_definition(&self) -> &EventDefinition {
        &self.0
    }
    fn audience(&self) -> &Audience {
        &self.1
    }
    fn content(&self) -> &dyn Content {
        &self.2
    }
}

fn misaddressed(level: Level, audience: Audience) -> Misaddressed {
    let definition = EventDefinition::new("x", level, Template::parse("x").unwrap());
    Misaddressed(definition, audience, AsWritten("{}".into()))
}

#[test]
fn an_event_never_reaches_more_than_its_level_does() {
    let user = || Audience::User {
        tenant: TENANT.into(),
        user: Some(UserId::from("u")),
    };
    for (level, audience, missing) in [
        (Level::Tenant, Audience::Service, "tenant"),
        (Level::User, Audience::Service, "tenant"),
        (Level::User, Audience::Tenant(TENANT.into()), "user"),
        (Level::MultiUser, Audience::Tenant(TENANT.into()), "user"),
    ] {
        match encode(&misaddressed(level, audience)).unwrap_err() {
            EncodeError::MissingAudience { missing: found, .. } => assert_eq!(found, missing),
            other => panic!("{other}"),
        }
    }
    assert!(encode(&misaddressed(Level::Tenant, user())).is_ok());
}
