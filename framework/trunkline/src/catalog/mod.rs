//! The events that are known, and an application's own, as a list and as an AsyncAPI document.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//! use trunkline::TenantEvent;
//! use trunkline::catalog::Catalog;
//!
//! /// A call was billed.
//! #[derive(Serialize, Deserialize, JsonSchema, TenantEvent)]
//! #[event(name = "call_billed", service = "billing", routing_key = "billing.{call_id}")]
//! struct CallBilled {
//!     call_id: String,
//!     cents: u32,
//! }
//!
//! let catalog = Catalog::new("billing", "1.0.0").with_event::<CallBilled>();
//! let billed = catalog.find("call_billed").expect("it was just added");
//! assert_eq!(billed.required_acl.as_deref(), Some("events.billing.{call_id}"));
//! assert_eq!(catalog.asyncapi()["asyncapi"], "3.0.0");
//! ```

mod asyncapi;
mod entry;
mod headers;

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};
use trunkline_core::Event;

pub use entry::{Entry, Wire};

/// A list of events, each once.
#[derive(Debug, Clone)]
pub struct Catalog {
    title: String,
    version: String,
    entries: Vec<Entry>,
    /// Schemas that those of several events name.
    shared: Map<String, Value>,
}

impl Catalog {
    /// An empty catalogue of an application, for a document of this title and version.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            entries: Vec::new(),
            shared: Map::new(),
        }
    }

    /// Adds every event of a Wazo platform.
    #[must_use]
    pub fn with_wazo(mut self) -> Self {
        for known in trunkline_wazo::known_events() {
            self.add(Entry::from(known));
        }
        self
    }

    /// Adds every event of Kazoo's that has a type.
    #[cfg(feature = "kazoo")]
    #[must_use]
    pub fn with_kazoo(mut self) -> Self {
        for known in trunkline_kazoo::events::known_events() {
            self.add(Entry::from(known));
        }
        self
    }

    /// Adds an event of the application: name, level, key and access string come from its
    /// definition, its fields and their words from the type.
    #[must_use]
    pub fn with_event<E: Event + JsonSchema>(mut self) -> Self {
        // AsyncAPI's schemas are JSON Schema's draft 7, and what they share is in its components.
        let settings = SchemaSettings::draft07().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        let mut generator = SchemaGenerator::new(settings);
        let schema = E::json_schema(&mut generator).to_value();
        self.shared.extend(generator.take_definitions(true));
        self.add(Entry::own(E::definition(), schema));
        self
    }

    /// Adds an event, in place of one of that name.
    pub fn add(&mut self, entry: Entry) {
        match self
            .entries
            .binary_search_by(|own| own.name.cmp(&entry.name))
        {
            Ok(at) => self.entries[at] = entry,
            Err(at) => self.entries.insert(at, entry),
        }
    }

    /// The same catalogue with these events alone.
    #[must_use]
    pub fn only(&self, fits: impl Fn(&Entry) -> bool) -> Self {
        let mut only = self.clone();
        only.entries.retain(fits);
        only
    }

    /// The events, by name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The event of that name, or that once had it, or whose name is open and fits.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let exact = self.entries.iter().find(|entry| entry.name == name);
        let alias = || {
            let mut entries = self.entries.iter();
            entries.find(|entry| entry.aliases.iter().any(|alias| alias == name))
        };
        let open = || self.entries.iter().find(|entry| entry.is_open_for(name));
        exact.or_else(alias).or_else(open)
    }

    /// The AsyncAPI 3.0 document of these events: channels with AMQP bindings, operations, messages
    /// with schemas of headers and payload, tags by service and level, and access strings.
    pub fn asyncapi(&self) -> Value {
        asyncapi::document(self)
    }
}
