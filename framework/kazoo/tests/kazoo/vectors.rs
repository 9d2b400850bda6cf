//! What Kazoo's own functions answered, this crate answers: `vectors/README.md` tells the origin.

use serde_json::value::RawValue;
use trunkline_kazoo::answer_vector;

use crate::support::vectors;

const OF_THE_WEBSOCKET: [&str; 5] = [
    "bh_binding",
    "authz",
    "ws_session",
    "rate_limit",
    "public_data",
];

#[test]
fn every_recorded_answer_is_given() {
    let mut answered = 0;
    for vector in vectors() {
        let (id, kind) = (&vector["id"], vector["kind"].as_str().unwrap());
        let input = RawValue::from_string(vector["in"].to_string()).unwrap();
        let Some(answer) = answer_vector(kind, &input) else {
            assert!(OF_THE_WEBSOCKET.contains(&kind), "{id}");
            continue;
        };
        match answer {
            Ok(out) => assert_eq!(Some(&out), vector.get("out"), "{id}"),
            Err(code) => assert_eq!(Some(&code.into()), vector.get("err"), "{id}"),
        }
        answered += 1;
    }
    assert_eq!(answered, 98);
}

#[test]
fn a_vector_that_is_none_is_refused_not_answered() {
    for kind in [
        "key_encode",
        "timestamp",
        "publish",
        "legacy_event",
        "topic_match",
    ] {
        for input in ["{}", "[]", r#"{"message":1,"text":2,"pattern":"","key":3}"#] {
            let input = RawValue::from_string(input.to_owned()).unwrap();
            assert!(answer_vector(kind, &input).unwrap().is_err(), "{kind}");
        }
    }
}
