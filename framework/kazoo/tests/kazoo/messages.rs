//! Messages: read, described, made ready.

use proptest::prelude::*;
use serde_json::{Value, json};
use trunkline_kazoo::{Family, KazooError, Message};

use crate::support::{ACME, OTHER, call};

fn parse(message: &Value) -> Message<'static> {
    let text: &'static str = message.to_string().leak();
    Message::parse(text).unwrap()
}

fn published(message: &Value) -> Result<Value, KazooError> {
    parse(message)
        .publish("here@home")
        .map(|published| json!(published))
}

proptest! {
    #[test]
    fn headers_and_data_are_the_message_and_share_no_key(
        keys in proptest::collection::btree_map("(Call-ID|Account-ID|Node|Msg-ID|[A-Z][a-z-]{0,6})", any::<i64>(), 0..12),
    ) {
        let message = json!(keys);
        let described = json!(parse(&message).describe());
        let (headers, data) = (&described["headers"], &described["data"]);
        let mut union = headers.as_object().unwrap().clone();
        for (key, value) in data.as_object().unwrap() {
            prop_assert!(union.insert(key.clone(), value.clone()).is_none(), "{}", key);
        }
        prop_assert_eq!(Value::Object(union), message);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text: String) {
        let _ = Message::parse(&text);
        let _ = trunkline_kazoo::read_legacy_event(&text);
    }
}

#[test]
fn numbers_keep_all_their_digits() {
    let text = r#"{"A":1.10,"B":123456789012345678901234567890,"C":1e2,"Node":-0.0}"#;
    let described = Message::parse(text).unwrap().describe();
    assert_eq!(
        described.data.get(),
        r#"{"A":1.10,"B":123456789012345678901234567890,"C":1e2}"#
    );
    assert_eq!(described.headers.get(), r#"{"Node":-0.0}"#);
}

#[test]
fn identifiers_are_texts_that_say_something_and_numbers() {
    let tenant = |value: Value| {
        let mut message = call("X", "c", None);
        message["Custom-Channel-Vars"] = json!({"Account-ID": value});
        parse(&message).tenant()
    };
    assert_eq!(tenant(json!("a")).as_deref(), Some("a"));
    assert_eq!(tenant(json!(7)).as_deref(), Some("7"));
    for nothing in [json!(null), json!(""), json!(true), json!({}), json!(["a"])] {
        assert_eq!(tenant(nothing), None);
    }
}

#[test]
fn the_channel_says_whose_a_call_is_and_the_message_whose_the_rest() {
    let mut message = call("CHANNEL_CREATE", "c", Some(ACME));
    message["Account-ID"] = json!(OTHER);
    assert_eq!(parse(&message).tenant().as_deref(), Some(ACME));
    message["Event-Category"] = json!("fax");
    assert_eq!(parse(&message).tenant().as_deref(), Some(OTHER));
}

#[test]
fn times_are_read_from_numbers_and_digits_alone() {
    let time = |value: Value| parse(&json!({"Timestamp": value})).unix_time();
    assert_eq!(time(json!(63_610_891_956_i64)), Some(1_443_672_756));
    assert_eq!(time(json!("63610891956")), Some(1_443_672_756));
    assert_eq!(time(json!(63_610_891_956.9)), Some(1_443_672_756));
    for none in [
        json!(1_443_672_756),
        json!("63610891956.0"),
        json!(null),
        json!(1e300),
        json!(""),
    ] {
        assert_eq!(time(none.clone()), None, "{none}");
    }
}

#[test]
fn what_is_missing_is_filled_in_and_what_is_empty_left_out() {
    let message = json!({"Event-Name": "CHANNEL_HOLD", "App-Name": "a", "App-Version": "1",
        "Call-ID": "c", "Node": "", "Request": "", "To": null, "Server-ID": "",
        "Custom-Channel-Vars": {"Empty": ""}});
    let out = published(&message).unwrap();
    let payload = out["payload"].as_object().unwrap();
    assert_eq!(payload["Event-Category"], "call_event");
    assert_eq!(payload["Node"], "here@home");
    let id = payload["Msg-ID"].as_str().unwrap();
    assert!(
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{id}"
    );
    assert_eq!(payload["Server-ID"], "");
    assert_eq!(payload["Custom-Channel-Vars"], json!({"Empty": ""}));
    assert!(!payload.contains_key("Request") && !payload.contains_key("To"));
}

#[test]
fn what_a_call_event_lacks_is_named() {
    let field = |error: KazooError| match error {
        KazooError::Missing { field } | KazooError::Kind { field, .. } => field,
        other => panic!("{other}"),
    };
    let whole = call("CHANNEL_HOLD", "c", None);
    for missing in ["Event-Name", "App-Name", "App-Version", "Call-ID"] {
        let mut message = whole.clone();
        message.as_object_mut().unwrap().remove(missing);
        assert_eq!(field(published(&message).unwrap_err()), missing);
        message[missing] = json!(null);
        assert_eq!(field(published(&message).unwrap_err()), missing);
    }
    for object in [
        "Custom-Channel-Vars",
        "Custom-Application-Vars",
        "Custom-SIP-Headers",
        "Fax-Info",
    ] {
        for wrong in [json!("x"), json!([]), json!(1), json!(true)] {
            let mut message = whole.clone();
            message[object] = wrong;
            assert_eq!(field(published(&message).unwrap_err()), object);
        }
    }
    let mut message = whole;
    message["Event-Category"] = json!("qubicle");
    assert!(
        matches!(published(&message), Err(KazooError::Category { found, .. }) if found == "qubicle")
    );
}

#[test]
fn every_family_has_its_exchange_and_key() {
    let base = json!({"App-Name": "a", "App-Version": "1", "Msg-ID": "m", "Node": "n"});
    let case = |category: &str, name: &str, fields: Value| {
        let mut message = base.clone();
        message["Event-Category"] = category.into();
        message["Event-Name"] = name.into();
        for (key, value) in fields.as_object().unwrap() {
            message[key] = value.clone();
        }
        let out = published(&message).unwrap();
        assert_eq!(out["amqp_headers"], json!({}));
        let key = out["routing_key"].as_str().unwrap().to_owned();
        (out["exchange"].as_str().unwrap().to_owned(), key)
    };
    let conference = json!({"Event": "add-member", "Conference-ID": "c1", "Instance-ID": "i",
        "Account-ID": ACME, "Call-ID": "leg.1"});
    for (category, name, fields, exchange, key) in [
        (
            "conference",
            "event",
            conference,
            "conference",
            format!("conference.event.add-member.{ACME}.c1.leg%2E1"),
        ),
        (
            "conference",
            "command",
            json!({"Conference-ID": "c1"}),
            "conference",
            "conference.command.c1".into(),
        ),
        (
            "fax",
            "status",
            json!({"Job-ID": "j.1", "Account-ID": ACME}),
            "faxes",
            format!("fax.status.{ACME}.j%2E1"),
        ),
        (
            "fax",
            "status",
            json!({"Job-ID": "j", "Fax-ID": "f"}),
            "faxes",
            "fax.status.*.f".into(),
        ),
        (
            "configuration",
            "doc_edited",
            json!({"ID": "d.1", "Database": "account%2Faa", "Type": "user"}),
            "configuration",
            "doc_edited.account%2Faa.user.d%2E1".into(),
        ),
        (
            "configuration",
            "db_created",
            json!({"ID": "x/y", "Database": "b"}),
            "configuration",
            "db_created.b.database.x%2Fy".into(),
        ),
        (
            "presence",
            "dialog_update",
            json!({"From": "b@r", "To": "a@sip.acme", "Call-ID": "c"}),
            "presence",
            "dialog.sip%2Eacme.c".into(),
        ),
        (
            "presence",
            "update",
            json!({"Presence-ID": "a@r.x", "State": "online"}),
            "presence",
            "update.r%2Ex.a".into(),
        ),
        (
            "presence",
            "mwi_update",
            json!({"To": "a@r", "Messages-New": 1, "Messages-Saved": 0}),
            "presence",
            "mwi_updates.r.a".into(),
        ),
    ] {
        assert_eq!(
            case(category, name, fields),
            (exchange.to_owned(), key),
            "{category} {name}"
        );
    }
    for family in Family::ALL {
        assert_eq!(Family::of_category(family.category()), Some(family));
    }
}

#[test]
fn families_other_than_calls_lose_what_is_empty_inside_and_nothing_unknown() {
    let message = json!({"Event-Category": "fax", "Event-Name": "status", "App-Name": "a", "Msg-ID": "m",
        "App-Version": "1", "Job-ID": "j", "Info": {"A": "", "B": {"C": null}, "D": [""]}, "Own": 1});
    let out = published(&message).unwrap();
    assert_eq!(out["payload"]["Info"], json!({"B": {}, "D": [""]}));
    assert_eq!(out["payload"]["Own"], 1);
}

#[test]
fn a_message_shows_none_of_its_values() {
    let message = call("X", "secret-call", Some(ACME));
    let shown = format!("{:?}", parse(&message));
    assert!(shown.contains("Call-ID") && !shown.contains("secret") && !shown.contains(ACME));
}

#[test]
fn older_frames_are_read_whole_or_refused() {
    let read = trunkline_kazoo::read_legacy_event;
    let message = r#"{"Event-Name":"CHANNEL_HOLD","Call-ID":"c"}"#;
    for frame in [
        format!(r#"{{"name":"CHANNEL_HOLD","args":{message}}}"#),
        format!(r#"{{"name":"CHANNEL_HOLD","args":[{message}]}}"#),
        format!(r#" 5:::{{"name":"CHANNEL_HOLD","args":{message}}}"#),
        format!(r#"5:1+:/x:{{"name":"CHANNEL_HOLD","args":[{message}]}}"#),
        r#"{"routing_key":"CHANNEL_HOLD","Event-Name":"CHANNEL_HOLD","Call-ID":"c"}"#.to_owned(),
    ] {
        let event = read(&frame).unwrap();
        assert_eq!(event.name, "CHANNEL_HOLD", "{frame}");
        assert_eq!(event.message.get(), message, "{frame}");
        assert_eq!(
            event.routing_key.as_deref(),
            Some("call.CHANNEL_HOLD.c"),
            "{frame}"
        );
    }
    for frame in [
        "",
        "1::",
        "2::",
        "0::",
        "7:::x",
        "8::",
        "5:::",
        "5:::[]",
        "5:::{",
        "5:1",
        "null",
        "[]",
        "{}",
        r#"{"name":"x"}"#,
        r#"{"args":{}}"#,
        r#"{"name":1,"args":{}}"#,
        r#"{"name":"x","args":[]}"#,
        r#"{"name":"x","args":[{},{}]}"#,
        r#"{"name":"x","args":"y"}"#,
        r#"{"name":"x","args":[1]}"#,
        r#"{"name":"x","args":{"a":1,"a":2}}"#,
    ] {
        assert!(
            matches!(read(frame), Err(KazooError::NotAnEvent { .. })),
            "{frame}"
        );
    }
}
