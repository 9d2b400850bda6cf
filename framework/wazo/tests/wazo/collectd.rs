//! Statistics are written as the real library wrote them: `vectors/README.md` tells the origin.

use serde_json::{Value, json};
use trunkline_wazo::{CollectdEvent, CollectdTime, LineProblem, encode_collectd_line};

const SERVICE: &str = "6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c";

fn vectors() -> Vec<Value> {
    let lines = include_str!("../vectors/collectd-vectors.jsonl").lines();
    let vectors: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(vectors.len(), 22);
    vectors
}

fn without(vector: &Value, key: &str) -> Value {
    let mut vector = vector.clone();
    vector.as_object_mut().unwrap().remove(key);
    vector
}

#[test]
fn every_recorded_statistic_is_written_as_recorded_from_arguments_and_from_inputs() {
    for vector in vectors() {
        for form in [
            without(&vector, "args"),
            without(&vector, "inputs"),
            vector.clone(),
        ] {
            let line = encode_collectd_line(&form.to_string()).unwrap();
            assert_eq!(json!(line), vector["expect"], "{}", vector["id"]);
        }
    }
}

#[test]
fn an_envelope_is_text_without_headers() {
    let ended = CollectdEvent::call_ended("app", None).with_time(CollectdTime::at(1_700_000_000));
    let envelope = ended.envelope(SERVICE).unwrap();
    assert_eq!(envelope.routing_key().as_str(), "collectd.calls");
    assert!(envelope.headers().is_empty());
    let properties = envelope.properties();
    assert_eq!(properties.content_type(), Some("text/collectd"));
    assert_eq!(properties.content_encoding(), Some("utf-8"));
    assert_eq!(
        (properties.persistent(), properties.priority()),
        (true, Some(0))
    );
    assert_eq!(
        envelope.body(),
        &format!("PUTVAL {SERVICE}/calls-app/counter-end interval=10 1700000000:1")
    );
}

#[test]
fn an_empty_instance_leaves_its_dash_out_and_values_are_listed() {
    let mut event =
        CollectdEvent::new(["load", ""], ["gauge", "all"], vec!["1".into(), "2".into()]);
    event.interval = 60;
    let line = event.line("u").unwrap();
    assert_eq!(line, "PUTVAL u/load/gauge-all interval=60 N:1:2");
}

#[test]
fn durations_of_the_library_are_those_of_the_lines() {
    let event = CollectdEvent::call_duration("a", None, 5.0).unwrap();
    assert_eq!(event.values, ["5.0"]);
    assert_eq!(CollectdEvent::call_duration("a", None, f64::NAN), None);
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let inputs = json!({"plugin": "p", "plugin_instance": "i", "type": "t", "type_instance": "ti",
        "time": "N", "interval": 10, "values": ["1"]});
    let line = |inputs: Value| {
        let line = json!({"inputs": inputs, "service_uuid": SERVICE}).to_string();
        encode_collectd_line(&line)
    };
    assert!(line(inputs.clone()).is_ok());
    for key in [
        "plugin",
        "plugin_instance",
        "type",
        "type_instance",
        "values",
    ] {
        let error = line(without(&inputs, key)).unwrap_err();
        assert_eq!(error.field(), key);
        assert!(
            matches!(error.problem(), LineProblem::Missing),
            "{key}: {error}"
        );
    }
    for (key, wrong) in [
        ("time", json!("soon")),
        ("time", json!(1.5)),
        ("values", json!([])),
        ("values", json!(1)),
        ("values", json!([null])),
        ("interval", json!(-1)),
        ("plugin", json!("a b")),
        ("type", json!("")),
        ("plugin_instance", json!("a\n")),
    ] {
        let mut inputs = inputs.clone();
        inputs[key] = wrong;
        assert_eq!(line(inputs).unwrap_err().field(), key);
    }
    for (text, field) in [
        (r#"{"inputs": 1, "service_uuid": "u"}"#, "inputs"),
        (r#"{"args": {}, "service_uuid": "u"}"#, "name"),
        (r#"{"name": "x", "args": {}, "service_uuid": "u"}"#, "name"),
        (
            r#"{"name": "collectd_channel_ended", "args": {}}"#,
            "service_uuid",
        ),
        (
            r#"{"name": "collectd_call_ended", "args": {}, "service_uuid": "u"}"#,
            "application",
        ),
        (
            r#"{"name": "collectd_call_duration", "args": {"application": "a", "duration": "1"}, "service_uuid": "u"}"#,
            "duration",
        ),
        (
            r#"{"name": "collectd_channel_ended", "service_uuid": "a\nb"}"#,
            "service_uuid",
        ),
        ("[]", "line"),
        ("{", "line"),
    ] {
        assert_eq!(
            encode_collectd_line(text).unwrap_err().field(),
            field,
            "{text}"
        );
    }
}
