//! What the tests of services share.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use trunkline_core::{
    Addressed, Bus, DeadLetter, Event, EventDefinition, Level, Plain, Template, TemplatePart,
    TemplateVariable, TenantEvent, Transport,
};
use trunkline_memory::{Memory, MemoryBroker};

/// A tenant's event, as the derive writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CallCreated {
    pub(crate) call_id: String,
}

impl Event for CallCreated {
    const NAME: &'static str = "call_created";

    fn definition() -> &'static EventDefinition {
        use std::borrow::Cow;
        static KEY: [TemplatePart; 3] = [
            TemplatePart::Text(Cow::Borrowed("calls.")),
            TemplatePart::Variable(TemplateVariable::from_static("call_id", &[])),
            TemplatePart::Text(Cow::Borrowed(".created")),
        ];
        static DEFINITION: EventDefinition = EventDefinition::from_static(
            "call_created",
            "calld",
            Level::Tenant,
            Template::from_static("calls.{call_id}.created", &KEY),
            None,
            [&[], &[]],
        );
        &DEFINITION
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
        (name == "call_id").then(|| serde_json::to_value(&self.call_id))
    }
}

impl TenantEvent for CallCreated {}

/// A call of tenant `acme`.
pub(crate) fn call(id: impl Into<String>) -> Addressed<CallCreated> {
    CallCreated { call_id: id.into() }.for_tenant("acme")
}

/// A broker of its own, a client, and a bus on it.
pub(crate) fn memory_bus() -> (MemoryBroker, Memory, Bus) {
    let broker = MemoryBroker::new();
    let memory = broker.connect();
    let bus = Bus::new(Arc::new(memory.clone()), Plain);
    (broker, memory, bus)
}

/// What handlers wrote down, with the time of each since the log began.
#[derive(Clone)]
pub(crate) struct Log<T> {
    begun: Instant,
    entries: Arc<Mutex<Vec<(Duration, T)>>>,
}

impl<T: Clone + Debug + PartialEq> Log<T> {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            entries: Arc::default(),
        }
    }

    pub(crate) fn push(&self, entry: T) {
        self.entries
            .lock()
            .unwrap()
            .push((self.begun.elapsed(), entry));
    }

    pub(crate) fn entries(&self) -> Vec<T> {
        self.entries
            .lock()
            .unwrap()
            .iter()
            .map(|(_, entry)| entry.clone())
            .collect()
    }

    /// When each entry was written, in whole milliseconds.
    pub(crate) fn millis(&self) -> Vec<u128> {
        self.entries
            .lock()
            .unwrap()
            .iter()
            .map(|(at, _)| at.as_millis())
            .collect()
    }

    /// Waits until there are this many entries.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<T> {
        eventually(|| self.entries().len() >= count).await;
        self.entries()
    }
}

/// Waits until something holds, an hour at most; under a paused clock that takes no time.
pub(crate) async fn eventually(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(3600);
    while !holds() {
        assert!(
            Instant::now() < deadline,
            "did not come true within an hour"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The dead letters of a group.
pub(crate) async fn dead_letters(memory: &Memory, group: &str) -> Vec<DeadLetter> {
    memory
        .dead_letters(group)
        .await
        .unwrap()
        .list(None, 1000)
        .await
        .unwrap()
}
