//! What is read from a delivery, whoever published it.

use std::borrow::Cow;

use crate::common::*;
use serde_json::{Value, json};
use trunkline_core::{
    Audience, DecodeError, Dialect, DialectExt, Envelope, Headers, Level, MultiUserEvent, Subject,
    TenantEvent, UserEvent, UserId,
};
use trunkline_wazo::{MAX_DEPTH, Wazo};

fn user(user: Option<&str>) -> Audience {
    Audience::User {
        tenant: TENANT.into(),
        user: user.map(UserId::from),
    }
}

#[test]
fn name_and_audience_come_from_the_headers_and_the_body_is_not_read() {
    let envelope = received_with(
        json!({"name": "call_held", "tenant_uuid": TENANT, "user_uuid:u1": true}),
        "not JSON",
    );
    assert!(matches!(
        wazo().event_name(&envelope),
        Some(Cow::Borrowed("call_held"))
    ));
    assert_eq!(wazo().audience(&envelope).unwrap(), user(Some("u1")));
}

#[test]
fn without_the_header_the_body_has_the_name() {
    let name = |headers: Value, body: &str| {
        wazo()
            .event_name(&received_with(headers, body))
            .map(Cow::into_owned)
    };
    assert_eq!(
        name(json!({}), r#"{"name": "a", "data": 1}"#).as_deref(),
        Some("a")
    );
    assert_eq!(
        name(json!({"name": null}), r#"{"name": "\u00e9\n"}"#).as_deref(),
        Some("é\n")
    );
    assert_eq!(
        name(json!({"name": "h"}), r#"{"name": "b"}"#).as_deref(),
        Some("h")
    );
    for body in [
        r#"{"data": {"name": "inner"}}"#,
        r#"{"name": 5}"#,
        r#"{"name": null}"#,
        "[]",
        "x",
    ] {
        assert_eq!(name(json!({}), body), None, "{body}");
    }
    assert_eq!(name(json!({"name": 5}), r#"{"name": "b"}"#), None);
}

#[test]
fn only_a_true_boolean_names_a_user() {
    for (headers, audience) in [
        (json!({"tenant_uuid": TENANT}), user(None)),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:*": true}),
            Audience::Tenant(TENANT.into()),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:a": true}),
            user(Some("a")),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:a": false}),
            user(None),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:a": "true"}),
            user(None),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:a": 1, "user_uuid": "b"}),
            user(None),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:*": "true", "user_uuid:a": true}),
            user(Some("a")),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:a": true, "user_uuid:b": true}),
            Audience::users(TENANT, ["a", "b"]),
        ),
        (
            json!({"tenant_uuid": TENANT, "user_uuid:*": true, "user_uuid:b": true}),
            Audience::Tenant(TENANT.into()),
        ),
        (json!({"user_uuid:a": true}), Audience::Service),
        (
            json!({"tenant_uuid": null, "user_uuid:a": true}),
            Audience::Service,
        ),
        (
            json!({"tenant_uuid": "", "user_uuid:*": true}),
            Audience::Tenant("".into()),
        ),
    ] {
        let mut headers = headers;
        headers["name"] = json!("x");
        let envelope = received_with(headers.clone(), "{}");
        assert_eq!(wazo().audience(&envelope).unwrap(), audience, "{headers}");
    }
}

#[test]
fn a_publisher_without_headers_is_believed_by_its_body() {
    let body =
        json!({"tenant_uuid": TENANT, "user_uuid:a": true, "user_uuid:b": "true", "data": {}});
    let audience = |headers: Value| wazo().audience(&received_with(headers, &body.to_string()));
    assert_eq!(audience(json!({})).unwrap(), user(Some("a")));
    assert_eq!(
        audience(json!({"traceparent": "00-…"})).unwrap(),
        user(Some("a"))
    );
    // A publisher that has headers says with them that the event is for services.
    assert_eq!(audience(json!({"name": "x"})).unwrap(), Audience::Service);
}

#[test]
fn a_tenant_that_is_no_text_is_an_error() {
    for (headers, body) in [
        (json!({"tenant_uuid": 5}), "{}"),
        (json!({}), r#"{"tenant_uuid": []}"#),
    ] {
        let error = wazo().audience(&received_with(headers, body)).unwrap_err();
        assert!(matches!(error, DecodeError::Header { header, .. } if header == "tenant_uuid"));
    }
}

#[test]
fn data_is_borrowed_from_the_body_as_it_stands_there() {
    let envelope = received_with(
        json!({}),
        r#"{"name": "x", "data": {"big": 1e99, "a":  [1] }}"#,
    );
    let data = match wazo().data(&envelope).unwrap() {
        Cow::Borrowed(data) => data.to_owned(),
        Cow::Owned(data) => panic!("copied: {data}"),
    };
    assert_eq!(data, r#"{"big": 1e99, "a":  [1] }"#);
}

#[test]
fn absent_data_is_null_and_data_may_be_anything() {
    for (body, data) in [
        ("{}", "null"),
        (r#"{"name":"x"}"#, "null"),
        (r#"{"data":null}"#, "null"),
        (r#"{"data":[1]}"#, "[1]"),
        (" {\"data\" : \"text\"}\n", "\"text\""),
    ] {
        assert_eq!(
            wazo().data(&received_with(json!({}), body)).unwrap(),
            data,
            "{body}"
        );
    }
}

fn refusal(body: impl Into<bytes::Bytes>) -> DecodeError {
    wazo().data(&received(Headers::new(), body)).unwrap_err()
}

#[test]
fn bodies_that_cannot_be_read_are_told_apart() {
    assert!(matches!(
        refusal(&b"{\"data\": \"\xff\"}"[..]),
        DecodeError::NotUtf8(_)
    ));
    for body in [
        "",
        "text",
        "{\"data\":}",
        "{\"data\":1",
        "{} {}",
        "{\"a\":\"\0\"}",
        "\u{feff}{}",
    ] {
        assert!(matches!(refusal(body), DecodeError::NotJson(_)), "{body:?}");
    }
    for body in ["null", "[]", "\"{}\"", "17"] {
        assert!(matches!(refusal(body), DecodeError::NotAnObject), "{body}");
    }
    for body in [
        r#"{"data":1,"data":1}"#,
        r#"{"name":"x","data":1,"n\u0061me":"y"}"#,
    ] {
        assert!(
            matches!(refusal(body), DecodeError::DuplicateKey(_)),
            "{body}"
        );
    }
}

#[test]
fn a_nesting_bomb_is_too_deep_and_harms_nobody() {
    for open in ["[", "{\"k\":", "[{\"k\":"] {
        let bomb = format!("{{\"data\":{}", open.repeat(500_000));
        assert!(matches!(
            refusal(bomb),
            DecodeError::TooDeep { limit: MAX_DEPTH }
        ));
    }
    let deepest = format!(
        "{{\"data\":{}1{}}}",
        "[".repeat(MAX_DEPTH - 1),
        "]".repeat(MAX_DEPTH - 1)
    );
    assert!(wazo().data(&received(Headers::new(), deepest)).is_ok());
}

#[test]
fn typed_events_come_back_as_they_were_published() {
    let held = CallHeld {
        call_id: "1.\"é\u{1}\"".into(),
    };
    let envelope = encode(&held.clone().for_user(TENANT, USER)).unwrap();
    assert_eq!(wazo().decode::<CallHeld>(&envelope).unwrap(), held);
    assert_eq!(wazo().audience(&envelope).unwrap(), user(Some(USER)));

    let created = ConferenceCreated {
        id: 1,
        conference_id: 12,
    };
    let envelope = encode(&created.clone().for_tenant(TENANT)).unwrap();
    assert_eq!(
        wazo().decode::<ConferenceCreated>(&envelope).unwrap(),
        created
    );

    let paused = AgentPaused { agent_id: 7 }.for_users(TENANT, ["a", "b"]);
    let envelope = encode(&paused).unwrap();
    assert_eq!(wazo().audience(&envelope).unwrap(), *paused.audience());
}

#[test]
fn an_event_without_fields_is_an_empty_object_on_the_wire() {
    let envelope = encode(&Restarted).unwrap();
    assert_eq!(body_of(&envelope)["data"], json!({}));
    assert_eq!(wazo().decode::<Restarted>(&envelope).unwrap(), Restarted);
}

#[test]
fn a_field_that_only_the_headers_have_is_read_from_them() {
    let envelope = received_with(
        json!({"name": "conference_created", "conference_id": 12}),
        r#"{"data": {"id": 1}}"#,
    );
    let event = wazo().decode::<ConferenceCreated>(&envelope).unwrap();
    assert_eq!(
        event,
        ConferenceCreated {
            id: 1,
            conference_id: 12
        }
    );
}

#[test]
fn data_of_another_type_is_an_error_that_names_the_event() {
    let envelope = received_with(json!({"name": "call_held"}), r#"{"data": {"call_id": 5}}"#);
    let error = wazo().decode::<CallHeld>(&envelope).unwrap_err();
    assert!(matches!(error, DecodeError::Data { event, .. } if event == "call_held"));
}

#[test]
fn a_binding_brings_events_of_its_name_and_no_others() {
    for name in ["call_held", "odd name", "glob_*", "", "line\nbreak"] {
        let binding = Wazo::new().binding_for(name);
        let headers = |name: &str| Headers::try_from_iter([("name", name)]).unwrap();
        let brings = |other: &str| {
            let headers = headers(other);
            binding.matches(&Subject {
                name: Some(other),
                key: "k",
                headers: &headers,
            })
        };
        assert!(brings(name), "{name}");
        assert!(!brings("glob_created") && !brings("call_held2"), "{name}");
    }
    let binding = Wazo::new().binding_for("call_held");
    assert_eq!(binding.name().map(|name| name.as_str()), Some("call_held"));
    assert!(binding.headers().is_none() && binding.keys().is_empty());
}

fn describe(headers: Value, body: &str) -> Result<Value, DecodeError> {
    let event = wazo().describe(&received_with(headers, body))?;
    Ok(serde_json::to_value(event).unwrap())
}

#[test]
fn a_foreign_event_is_described_by_what_its_body_says() {
    let body = r#"{"name": "x", "tenant_uuid": "t", "user_uuid:u": true, "n": 1.0, "data": [2]}"#;
    let event = describe(json!({"traceparent": "00"}), body).unwrap();
    let wanted = json!({"name": "x", "level": "user", "tenant_uuid": "t", "user_uuid": "u"});
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(event[field], *value, "{field}");
    }
    assert_eq!(event["extra_vars"], json!({"traceparent": "00", "n": 1.0}));
    assert_eq!(event["content"], json!([2]));
    assert!(event.get("required_acl").is_none());
}

#[test]
fn an_access_string_that_is_open_to_all_is_told_from_one_that_is_absent() {
    let open = describe(json!({"name": "x", "required_acl": null}), "{}").unwrap();
    assert_eq!(open.get("required_acl"), Some(&Value::Null));
    let absent = describe(json!({"name": "x"}), "{}").unwrap();
    assert_eq!(absent.get("required_acl"), None);
}

#[test]
fn what_the_dialect_never_writes_cannot_be_described() {
    let refused = |headers: Value, body: &str| describe(headers, body).unwrap_err();
    assert!(matches!(
        refused(json!({}), "{}"),
        DecodeError::Missing("name")
    ));
    for header in [
        "name",
        "origin_uuid",
        "timestamp",
        "required_acl",
        "tenant_uuid",
    ] {
        let mut headers = json!({"name": "x"});
        headers[header] = json!(5);
        let error = refused(headers, "{}");
        assert!(
            matches!(&error, DecodeError::Header { header: h, .. } if h == header),
            "{error}"
        );
    }
    let mut headers = Headers::new();
    headers.insert("name", "x").unwrap();
    headers.insert("raw", &b"\xff"[..]).unwrap();
    let error = wazo().describe(&received(headers, "{}")).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::Dialect {
            dialect: "wazo",
            ..
        }
    ));
}

#[test]
fn a_described_event_has_the_level_its_headers_show() {
    let level = |users: &[&str]| {
        let mut headers = json!({"name": "x", "tenant_uuid": "t"});
        for user in users {
            headers[format!("user_uuid:{user}")] = json!(true);
        }
        wazo()
            .describe(&received_with(headers, "{}"))
            .unwrap()
            .level
    };
    assert_eq!(level(&[]), Level::User);
    assert_eq!(level(&["a"]), Level::User);
    assert_eq!(level(&["*"]), Level::Tenant);
    assert_eq!(level(&["a", "b"]), Level::MultiUser);
    assert_eq!(level(&[""]), Level::MultiUser);
    assert_eq!(level(&["*", "a"]), Level::MultiUser);
    let envelope: Envelope = received_with(json!({"name": "x"}), "{}");
    assert_eq!(wazo().describe(&envelope).unwrap().level, Level::Service);
}
