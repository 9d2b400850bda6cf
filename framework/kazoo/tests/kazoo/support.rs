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

/// A service's world: a broker, a bus of the dialect, and what handlers wrote down.
pub(crate) struct Stage {
    pub(crate) memory: trunkline_memory::Memory,
    pub(crate) bus: trunkline_core::Bus,
    log: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let memory = trunkline_memory::MemoryBroker::new().connect();
        let kazoo = trunkline_kazoo::Kazoo::new("ivr", "1.0");
        let bus = trunkline_core::Bus::new(std::sync::Arc::new(memory.clone()), kazoo);
        let log = std::sync::Arc::default();
        Self { memory, bus, log }
    }

    /// A handler that writes its word down for each event.
    pub(crate) fn note(
        &self,
        word: &'static str,
    ) -> impl Fn(trunkline_core::Context) -> std::future::Ready<()> + Send + Sync + Clone + 'static
    {
        let log = self.log.clone();
        move |_| {
            log.lock().unwrap().push(word.to_owned());
            std::future::ready(())
        }
    }

    pub(crate) fn log(&self) -> impl Fn(String) + Send + Sync + Clone + 'static {
        let log = self.log.clone();
        move |line| log.lock().unwrap().push(line)
    }

    pub(crate) fn noted(&self) -> Vec<String> {
        let mut noted = self.log.lock().unwrap().clone();
        noted.sort_unstable();
        noted
    }

    /// Publishes as another program does.
    pub(crate) async fn deliver(&self, envelope: Envelope) -> trunkline_core::Receipt {
        use trunkline_core::{PublishOptions, Transport};
        self.memory
            .publish(envelope, PublishOptions::new())
            .await
            .unwrap()
    }
}
