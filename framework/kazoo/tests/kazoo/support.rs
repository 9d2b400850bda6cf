//! What the tests share.

use bytes::Bytes;
use serde_json::{Value, json};
use trunkline_core::{Envelope, Headers, Properties, RoutingKey};

pub(crate) const ACME: &str = "4b31dd1d32ce6d249897c06332375d65";
pub(crate) const OTHER: &str = "5a2d994fbae69b1d6b01eb9f0e7dfe62";

pub(crate) fn vectors() -> Vec<Value> {
    let lines = include_str!("../vectors/kazoo-vectors.jsonl").lines();
    let vectors: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(vectors.len(), 152);
    vectors
}

pub(crate) fn of_kind(kind: &str) -> Vec<Value> {
    let all = vectors().into_iter();
    all.filter(|vector| vector["kind"] == kind).collect()
}

/// The seed's sample events.
pub(crate) fn samples() -> Vec<Value> {
    let all = of_kind("legacy_event").into_iter();
    let messages = all.filter_map(|vector| vector["out"].get("message").cloned());
    messages.collect()
}

/// A call event as the switch sends it.
pub(crate) fn call(name: &str, call_id: &str, account: Option<&str>) -> Value {
    let mut message = json!({
        "Event-Category": "call_event", "Event-Name": name, "App-Name": "ecallmgr",
        "App-Version": "5.0.0", "Msg-ID": "1709294400000000", "Node": "ecallmgr@apps1.example.com",
        "Call-ID": call_id, "Timestamp": 63_876_513_600_i64, "Call-Direction": "inbound",
    });
    if let Some(account) = account {
        message["Custom-Channel-Vars"] = json!({"Account-ID": account});
    }
    message
}

/// An envelope as the broker delivers it.
pub(crate) fn delivered(key: &str, body: impl Into<Bytes>) -> Envelope {
    let mut properties = Properties::new();
    properties.set_content_type(Some("application/json"));
    let key = RoutingKey::verbatim(key).unwrap();
    Envelope::from_parts(key, Headers::new(), properties, body.into())
}

/// The envelope a call event is delivered in.
pub(crate) fn of_call(message: &Value) -> Envelope {
    let id = message["Call-ID"].as_str().unwrap();
    let key = trunkline_kazoo::call_key(message["Event-Name"].as_str().unwrap(), id);
    delivered(&key, message.to_string())
}
