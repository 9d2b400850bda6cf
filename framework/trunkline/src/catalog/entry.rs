//! One event of a catalogue.

use serde_json::{Value, json};
use trunkline_core::{EventDefinition, Level};
use trunkline_wazo::KnownEvent;

/// What is known of an event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name; a part of it may be open, `{ami_event}`.
    pub name: String,
    /// How it is written.
    pub wire: Wire,
    /// The service that publishes it, if it is one.
    pub service: Option<String>,
    /// Whom it is for.
    pub level: Level,
    /// Template of its routing key.
    pub routing_key: String,
    /// Template of its access string, where there are any.
    pub required_acl: Option<String>,
    /// Attributes of it that are headers.
    pub headers: Vec<String>,
    /// The names it had before.
    pub aliases: Vec<String>,
    /// What it tells.
    pub description: Option<String>,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// JSON Schema (draft 7) of its content.
    pub content: Value,
}

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wire {
    /// As Wazo's are, on the exchange `wazo-headers`.
    Wazo,
    /// As Kazoo's are, on the exchange of their family.
    #[cfg(feature = "kazoo")]
    Kazoo(trunkline_kazoo::Family),
}

impl Entry {
    /// An event of an application, which speaks the default dialect.
    pub(super) fn own(definition: &EventDefinition, mut content: Value) -> Self {
        let take = |content: &mut Value, key: &str| match content.as_object_mut()?.remove(key)? {
            Value::String(text) => Some(text),
            _ => None,
        };
        let description = take(&mut content, "description");
        take(&mut content, "title");
        let routing_key = definition.routing_key.source().to_owned();
        let required_acl = match &definition.required_acl {
            Some(template) => template.source().to_owned(),
            None => ["events.", &routing_key].concat(),
        };
        let texts = |texts: &[std::borrow::Cow<'static, str>]| {
            texts.iter().map(ToString::to_string).collect()
        };
        Self {
            name: definition.name.to_string(),
            wire: Wire::Wazo,
            service: Some(definition.service.to_string()).filter(|service| !service.is_empty()),
            level: definition.level,
            routing_key,
            required_acl: Some(required_acl),
            headers: texts(&definition.header_fields),
            aliases: texts(&definition.aliases),
            description,
            deprecated: None,
            content: if content.is_object() {
                content
            } else {
                json!({})
            },
        }
    }

    /// Whether the event's name is open and this is one of them.
    pub(super) fn is_open_for(&self, name: &str) -> bool {
        let Some((before, rest)) = self.name.split_once('{') else {
            return false;
        };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        // What is open on both sides would fit every mistake.
        let is_bound = !before.is_empty() || !after.is_empty();
        is_bound
            && name
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|part| !part.is_empty())
    }
}

impl From<&KnownEvent> for Entry {
    fn from(known: &KnownEvent) -> Self {
        Self {
            name: known.name.clone(),
            wire: Wire::Wazo,
            service: known.service.clone(),
            level: known.level,
            routing_key: known.routing_key.clone(),
            required_acl: Some(known.required_acl.clone()),
            headers: known.headers.clone(),
            aliases: known.aliases.clone(),
            description: known.note.clone(),
            deprecated: known.deprecated.clone(),
            content: known.content.clone(),
        }
    }
}

#[cfg(feature = "kazoo")]
impl From<&trunkline_kazoo::events::KnownEvent> for Entry {
    fn from(known: &trunkline_kazoo::events::KnownEvent) -> Self {
        let kinds = known.fields.iter().map(|(key, kind)| {
            // Publishers differ in whether a number is one or text.
            let kinds = match *kind {
                "text" => json!({"type": "string"}),
                "object" => json!({"type": "object"}),
                "list" => json!({"type": "array"}),
                _ => json!({"type": ["integer", "string"]}),
            };
            ((*key).to_owned(), kinds)
        });
        let properties: serde_json::Map<_, _> = kinds.collect();
        let category = known.family.category();
        Self {
            name: known.name.to_owned(),
            wire: Wire::Kazoo(known.family),
            service: Some(category.to_owned()),
            level: Level::Tenant,
            routing_key: known.routing_key.to_owned(),
            required_acl: None,
            headers: Vec::new(),
            aliases: Vec::new(),
            description: Some(known.description.trim().to_owned()),
            deprecated: None,
            content: json!({"type": "object", "properties": properties}),
        }
    }
}
