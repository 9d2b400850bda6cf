//! `--dialect cloudevents` and `cloudevents-json`.

use serde_json::{Value, json};

use crate::support::{run, run_with};

fn event() -> Value {
    json!({"level": "user", "name": "com.example.door.opened", "routing_key_fmt": "doors.{floor}",
        "content": {"floor": "2.a"}, "tenant_uuid": "t1", "user_uuid": "u1",
        "extra_vars": {"call_id": "c1", "subject": "front"}, "service_uuid": "/pbx/doors"})
}

#[test]
fn events_are_encoded_in_either_mode_and_decoded_again() {
    for (dialect, content_type) in [
        ("cloudevents", "application/json"),
        ("cloudevents-json", "application/cloudevents+json"),
    ] {
        let wire = run_with(&["encode", "--dialect", dialect], event().to_string());
        assert_eq!(wire.code, Some(0), "{}", wire.err);
        let line = wire.last();
        assert_eq!(line["content_type"], content_type);
        assert_eq!(line["routing_key"], "doors.2%2Ea");
        let attributes = match dialect {
            "cloudevents" => line["headers"].clone(),
            _ => line["payload"].clone(),
        };
        let prefix = if dialect == "cloudevents" {
            "cloudEvents_"
        } else {
            ""
        };
        for (name, value) in [
            ("type", "com.example.door.opened"),
            ("source", "/pbx/doors"),
            ("tenant", "t1"),
            ("user", "u1"),
            ("callid", "c1"),
            ("subject", "front"),
        ] {
            assert_eq!(attributes[[prefix, name].concat()], value, "{name}");
        }
        // Whatever the mode, either dialect reads it.
        let back = run_with(&["decode", "--dialect", "cloudevents"], wire.out).last();
        for same in ["level", "name", "tenant_uuid", "user_uuid", "service_uuid"] {
            assert_eq!(back[same], event()[same], "{same}");
        }
        assert_eq!(
            back["extra_vars"],
            json!({"callid": "c1", "subject": "front"})
        );
        assert_eq!(
            back["content"],
            json!({"floor": "2.a", "call_id": "c1", "subject": "front"})
        );
        assert!(back["now"].as_str().unwrap().ends_with('Z'), "{back}");
    }
}

#[test]
fn what_is_no_cloudevent_is_refused_with_the_reason() {
    for (line, words) in [
        (json!({"payload": {"a": 1}}), "specversion"),
        (
            json!({"payload": [], "content_type": "application/cloudevents-batch+json"}),
            "batch",
        ),
        (
            json!({"payload": {"specversion": "1.0", "id": "1", "source": "s"}}),
            "`type`",
        ),
        (
            json!({"payload": {}, "headers": {"ce-specversion": "0.3"}}),
            "only 1.0",
        ),
    ] {
        let left = run_with(&["decode", "--dialect", "cloudevents"], line.to_string());
        assert_eq!(left.code, Some(4), "{}", left.err);
        let reason = left.last()["error"]["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains(words), "{reason}");
    }
    let mut taken = event();
    taken["extra_vars"] = json!({"id": "7"});
    let left = run_with(&["encode", "--dialect", "cloudevents"], taken.to_string());
    let error = &left.last()["error"];
    assert_eq!(error["field"], "extra_vars");
    assert!(
        error["reason"].as_str().unwrap().contains("rename"),
        "{error}"
    );
}

#[test]
fn a_source_that_is_none_is_a_bad_value_of_its_key() {
    let mut event = event();
    event["service_uuid"] = json!("a b");
    let left = run_with(&["encode", "--dialect", "cloudevents"], event.to_string());
    assert_eq!(left.last()["error"]["field"], "service_uuid");
}

#[test]
fn an_event_is_published() {
    let left = run(&[
        "publish",
        "com.example.door.opened",
        "--dialect",
        "cloudevents",
        "--data",
        "{}",
        "--json",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let told = left.last();
    assert_eq!(told["name"], "com.example.door.opened", "{told}");
    assert_eq!(told["answer"], "unroutable", "{told}");
}
