//! Events described by lines, and what is wrong with some lines.

use std::error::Error;

use serde_json::{Map, Value, json};
use trunkline_core::{DecodeError, EncodeError, HeaderError, KeyErrorKind, Level};
use trunkline_wazo::{Description, LineError, LineProblem, MAX_DEPTH, decode_line, encode_line};

use crate::common::*;

/// A line that is fine, with some fields changed.
fn line(changes: Value) -> String {
    let mut line = json!({
        "level": "tenant", "name": "edge", "routing_key_fmt": "edge.{id}", "content": {"id": 1},
        "tenant_uuid": TENANT, "service_uuid": ORIGIN, "now": NOW,
    });
    line.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    line.to_string()
}

fn encoded(changes: Value) -> Value {
    serde_json::to_value(encode_line(&line(changes)).unwrap()).unwrap()
}

fn refused(changes: Value) -> LineError {
    match encode_line(&line(changes.clone())) {
        Ok(wire) => panic!("{changes} became {wire:?}"),
        Err(error) => error,
    }
}

#[test]
fn absent_fields_are_null_and_unknown_ones_ignored() {
    let bare = r#"{"level":"service","name":"n","routing_key_fmt":"k","new":[{"a":1,"a":2}]}"#;
    let wire = serde_json::to_value(encode_line(bare).unwrap()).unwrap();
    assert_eq!(wire["payload"]["data"], json!({}));
    assert_eq!(wire["headers"]["origin_uuid"], Value::Null);
    let nulls = json!({
        "level": "service", "name": "n", "routing_key_fmt": "k", "content": null, "extra_vars": null,
        "initial_data": null, "extra_headers": null, "routing_key_override": null, "now": null,
    });
    assert_eq!(encode_line(&nulls.to_string()).unwrap().routing_key, "k");
}

#[test]
fn every_level_takes_what_it_needs_and_ignores_the_rest() {
    let service = encoded(json!({"level": "service", "user_uuid": "u", "user_uuids": ["v"]}));
    assert!(service["headers"].get("tenant_uuid").is_none());
    let tenant = encoded(json!({"user_uuid": "u", "user_uuids": ["v"]}));
    assert!(tenant["headers"].get("user_uuid:u").is_none());
    let user = encoded(json!({"level": "user", "user_uuid": "u", "user_uuids": ["v"]}));
    assert_eq!(user["headers"]["user_uuid:u"], true);
    assert!(user["headers"].get("user_uuid:v").is_none());
    let users = encoded(json!({"level": "multi_user", "user_uuid": "u", "user_uuids": ["v", "v"]}));
    assert_eq!(users["headers"]["user_uuid:v"], true);
    assert!(users["headers"].get("user_uuid:u").is_none());
}

#[test]
fn a_tenant_that_is_no_text_becomes_it() {
    assert_eq!(
        encoded(json!({"tenant_uuid": 42}))["headers"]["tenant_uuid"],
        "42"
    );
    assert_eq!(
        encoded(json!({"tenant_uuid": ""}))["headers"]["tenant_uuid"],
        ""
    );
}

#[test]
fn numbers_keep_their_kind_and_all_their_digits() {
    let big = "123456789012345678901234567890";
    let line = format!(
        r#"{{"level":"service","name":"n","routing_key_fmt":"{{i}}.{{f}}.{{big}}.{{l[0]}}",
            "content":{{"i":1,"f":1.0,"big":{big},"l":[{big}1]}},
            "initial_data":{{"i":5,"huge":{big}2}},"extra_headers":{{"f":2.0,"i":2}}}}"#
    );
    let wire = encode_line(&line).unwrap();
    assert_eq!(wire.routing_key, format!("1.1.0.{big}.{big}1"));
    let data = wire.payload.get().split_once(r#""data":"#).unwrap().1;
    assert_eq!(
        data,
        format!(r#"{{"huge":{big}2,"i":1,"f":1.0,"big":{big},"l":[{big}1]}}}}"#)
    );
    let headers: Value = serde_json::from_str(wire.headers.get()).unwrap();
    assert_eq!((&headers["f"], &headers["i"]), (&json!(2.0), &json!(2)));
    let back = serde_json::to_string(&decode_line(&serde_json::to_string(&wire).unwrap()).unwrap());
    assert!(back.unwrap().contains(data.strip_suffix('}').unwrap()));
}

#[test]
fn lists_and_objects_in_keys_print_as_python_prints_them() {
    let wire = encode_line(
        r#"{"level":"service","name":"n","routing_key_fmt":"{o}","required_acl_fmt":"{l}",
            "content":{"o":{"z":[true,null],"a":"it's"},"l":["a.b",1e-7]}}"#,
    );
    let wire = wire.unwrap();
    assert_eq!(wire.routing_key, r#"{'z': [True, None], 'a': "it's"}"#);
    assert!(
        wire.headers
            .get()
            .contains(r#""required_acl":"['a.b', 1e-07]""#)
    );
}

#[test]
fn the_override_is_told_from_the_events_own_key() {
    let wire = encoded(json!({"routing_key_override": "other"}));
    assert_eq!(
        [&wire["routing_key"], &wire["event_routing_key"]],
        ["other", "edge.1"]
    );
    let wire = encoded(json!({"routing_key_override": ""}));
    assert_eq!(
        [&wire["routing_key"], &wire["event_routing_key"]],
        ["edge.1", "edge.1"]
    );
}

#[test]
fn a_refused_line_names_the_field_that_is_missing_or_of_another_kind() {
    for (field, value) in [
        ("level", json!(null)),
        ("level", json!("TENANT")),
        ("level", json!(1)),
        ("name", json!(null)),
        ("name", json!(["edge"])),
        ("routing_key_fmt", json!(null)),
        ("routing_key_fmt", json!(7)),
        ("required_acl_fmt", json!({})),
        ("content", json!([1])),
        ("content", json!("text")),
        ("tenant_uuid", json!(null)),
        ("tenant_uuid", json!(["t"])),
        ("extra_vars", json!([])),
        ("extra_headers", json!(true)),
        ("initial_data", json!(1)),
        ("service_uuid", json!(5)),
        ("now", json!(0)),
        ("now", json!("2026-02-03T04:05:06+00:00")),
        ("routing_key_override", json!(false)),
    ] {
        let error = refused(json!({field: value}));
        assert_eq!(error.field(), field, "{value}: {error}");
    }
}

#[test]
fn users_are_a_list_of_texts() {
    for users in [
        json!(null),
        json!("u"),
        json!({"0": "u"}),
        json!([1]),
        json!(["u", null]),
    ] {
        let error = refused(json!({"level": "multi_user", "user_uuids": users}));
        assert_eq!(error.field(), "user_uuids", "{users}: {error}");
    }
    assert_eq!(
        refused(json!({"level": "user", "user_uuid": ["u"]})).field(),
        "user_uuid"
    );
    let nobody = encoded(json!({"level": "multi_user", "user_uuids": []}));
    assert_eq!(nobody["headers"]["tenant_uuid"], TENANT);
}

#[test]
fn a_malformed_template_is_refused_where_it_is_malformed() {
    for template in [
        "a.{id", "a.}", "{}", "{id!r}", "{id:>3}", "{id.x}", "{id[}", "{0}",
    ] {
        for field in ["routing_key_fmt", "required_acl_fmt"] {
            let error = refused(json!({field: template}));
            assert_eq!(error.field(), field);
            assert!(
                matches!(error.problem(), LineProblem::Template(_)),
                "{template}: {error}"
            );
        }
    }
}

#[test]
fn a_missing_variable_is_refused_with_its_template_and_name() {
    for (field, template) in [
        ("routing_key_fmt", "a.{gone}"),
        ("required_acl_fmt", "{gone[x]}"),
    ] {
        let error = refused(json!({field: template}));
        assert_eq!(error.field(), field);
        let reason = error.to_string();
        assert!(
            reason.contains(template) && reason.contains("`gone"),
            "{reason}"
        );
    }
}

#[test]
fn a_key_that_cannot_be_one_is_refused_where_it_comes_from() {
    let long = "k".repeat(256);
    let kind = |error: &LineError| match error.problem() {
        LineProblem::RoutingKey(error) => error.kind(),
        other => panic!("{other:?}"),
    };
    let error = refused(json!({"routing_key_fmt": long}));
    assert_eq!(
        (error.field(), kind(&error)),
        ("routing_key_fmt", KeyErrorKind::TooLong)
    );
    let error = refused(json!({"routing_key_override": long}));
    assert_eq!(
        (error.field(), kind(&error)),
        ("routing_key_override", KeyErrorKind::TooLong)
    );
    let error = refused(json!({"content": {"id": "a\u{0}b"}}));
    assert_eq!(
        (error.field(), kind(&error)),
        ("routing_key_fmt", KeyErrorKind::Control)
    );
    // Under an override the event's own key is not sent, and may be as long as it is.
    let wire = encoded(json!({"routing_key_fmt": long, "routing_key_override": "k"}));
    assert_eq!(wire["event_routing_key"], long);
}

#[test]
fn what_no_header_can_carry_is_refused_by_name() {
    let nested = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let header = |error: &LineError| match error.problem() {
        LineProblem::Header(error) => error.clone(),
        other => panic!("{other:?}"),
    };
    for field in ["extra_vars", "extra_headers"] {
        for (name, value) in [
            ("n", json!(u64::MAX)),
            ("deep", nested.clone()),
            ("a\nb", json!(1)),
        ] {
            let error = refused(json!({field: {name: value}}));
            assert_eq!(error.field(), field, "{error}");
            assert!(
                error.to_string().contains(&name.replace('\n', "\\n")),
                "{error}"
            );
            header(&error);
        }
    }
    let huge = r#"{"level":"service","name":"n","routing_key_fmt":"k","extra_vars":{"n":99999999999999999999}}"#;
    let error = encode_line(huge).unwrap_err();
    assert_eq!(
        header(&error),
        HeaderError::IntegerTooLarge { name: "n".into() }
    );
    let users: Vec<String> = (0..5000).map(|user| user.to_string()).collect();
    let error = refused(json!({"level": "multi_user", "user_uuids": users}));
    assert_eq!(error.field(), "user_uuids");
    assert!(matches!(header(&error), HeaderError::TooMany { .. }));
}

#[test]
fn a_line_that_is_no_object_is_refused_as_a_whole() {
    for line in [
        "", "null", "[]", "\"line\"", "nonsense", "{", "{} {}", "\u{0}",
    ] {
        let error = encode_line(line).unwrap_err();
        assert_eq!(error.field(), "line", "{line}: {error}");
        assert_eq!(decode_line(line).unwrap_err().field(), "line");
    }
    let error = encode_line(r#"{"name":"a","level":"service","name":"b"}"#).unwrap_err();
    assert!(matches!(error.problem(), LineProblem::Duplicate(name) if name == "name"));
}

#[test]
fn names_there_twice_and_numbers_out_of_range_are_refused_at_any_depth() {
    for (content, what) in [
        (r#"{"id":1,"id":2}"#, "`id`"),
        (r#"{"id":1,"l":[{"a":1,"a":1}]}"#, "`a`"),
        (r#"{"id":1e400}"#, "number out of range"),
        (r#"{"id":"\ud800"}"#, "surrogate"),
    ] {
        for field in ["content", "extra_vars", "extra_headers", "initial_data"] {
            let line = format!(
                r#"{{"level":"service","name":"n","routing_key_fmt":"k","{field}":{content}}}"#
            );
            let error = encode_line(&line).unwrap_err();
            assert_eq!(error.field(), field, "{error}");
            let told = error.to_string();
            assert!(told.contains(what) || what == "surrogate", "{told}");
        }
    }
}

#[test]
fn a_nesting_bomb_in_a_line_is_refused_by_its_field() {
    let bomb = |open: &str, close: &str, levels| {
        let content = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        format!(
            r#"{{"level":"service","name":"n","routing_key_fmt":"k","content":{{"k":{content}}}}}"#
        )
    };
    for (open, close) in [("[", "]"), ("{\"k\":", "}")] {
        let error = encode_line(&bomb(open, close, 200_000)).unwrap_err();
        assert_eq!(error.field(), "content");
        assert!(matches!(error.problem(), LineProblem::TooDeep));
        assert!(encode_line(&bomb(open, close, MAX_DEPTH - 1)).is_err());
        // What is as deep as it may be passes both ways.
        let wire = encode_line(&bomb(open, close, MAX_DEPTH - 2)).unwrap();
        decode_line(&serde_json::to_string(&wire).unwrap()).unwrap();
    }
}

#[test]
fn an_error_tells_the_whole_reason_in_its_text() {
    let error = refused(json!({"routing_key_fmt": "{"}));
    assert_eq!(
        error.to_string(),
        "not a template: the `{` at byte 0 is never closed; add `}`, or write `{{` for a literal brace"
    );
    assert!(error.source().is_none());
    let missing = refused(json!({"tenant_uuid": null}));
    assert_eq!(
        missing.to_string(),
        "missing; give it a value other than null"
    );
}

#[test]
fn a_message_that_cannot_be_read_is_refused_by_its_part() {
    let ok = json!({"headers": {"name": "x"}, "payload": {}, "routing_key": "k"});
    let refused = |part: &str, value: Value| {
        let mut line = ok.clone();
        line[part] = value;
        decode_line(&line.to_string()).unwrap_err()
    };
    assert!(decode_line(&ok.to_string()).is_ok());
    for (part, value) in [
        ("headers", json!([])),
        ("headers", json!({"n": u64::MAX})),
        ("headers", json!({"name": "x", "tenant_uuid": 5})),
        ("payload", json!(null)),
        ("payload", json!("{}")),
        ("routing_key", json!(5)),
        ("routing_key", json!("k".repeat(256))),
    ] {
        let error = refused(part, value.clone());
        assert_eq!(error.field(), part, "{value}: {error}");
    }
    let nameless = refused("headers", json!({}));
    assert!(matches!(
        nameless.problem(),
        LineProblem::Decode(DecodeError::Missing("name"))
    ));
}

#[test]
fn a_description_can_be_made_and_changed_by_a_program() {
    let mut event = Description::new(Level::User, "x");
    event.routing_key_fmt = "k.{user_uuid}".into();
    event.now = Some(NOW.into());
    assert_eq!(event.encode().unwrap_err().field(), "tenant_uuid");
    event.tenant_uuid = Some(TENANT.into());
    assert_eq!(event.encode().unwrap().routing_key, "k.None");
    event.required_acl_fmt = Some("{gone}".into());
    let error = event.encode().unwrap_err();
    let problem = error.problem();
    assert!(matches!(
        problem,
        LineProblem::Encode(EncodeError::MissingVariable { .. })
    ));
}

#[test]
fn a_decoded_message_stands_for_its_key_and_access_string_literally() {
    let message = json!({
        "headers": {"name": "x", "required_acl": "open.{to}.all", "timestamp": NOW},
        "payload": {"data": {"a": 1}}, "routing_key": "a.{b}.c",
    });
    let event = decode_line(&message.to_string()).unwrap();
    assert_eq!(event.routing_key_fmt, "a.{{b}}.c");
    assert_eq!(event.required_acl_fmt.as_deref(), Some("open.{{to}}.all"));
    let wire = event.encode().unwrap();
    assert_eq!(wire.routing_key, "a.{b}.c");
    let headers: Map<String, Value> = serde_json::from_str(wire.headers.get()).unwrap();
    assert_eq!(headers["required_acl"], "open.{to}.all");
}
