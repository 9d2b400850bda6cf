//! What is known of the platform's events, as data.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trunkline_core::Level;

/// An event of a Wazo platform.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KnownEvent {
    /// The event's name; a part of it may be open, `{ami_event}`.
    pub name: String,
    /// Whom it is for.
    pub level: Level,
    /// The service that publishes it; `None` if any does, or none any more.
    pub service: Option<String>,
    /// Template of its routing key.
    pub routing_key: String,
    /// Template of its access string, as it is or as it comes from the key.
    pub required_acl: String,
    /// Attributes of it that are headers.
    pub headers: Vec<String>,
    /// The names it had before.
    pub aliases: Vec<String>,
    /// For an event nobody publishes any more: why not to use it.
    pub deprecated: Option<String>,
    /// What else is known.
    pub note: Option<String>,
    /// JSON Schema (draft 7) of its content. More may come than it names.
    pub content: Value,
}

/// The events of a Wazo platform, by name.
///
/// # Examples
/// ```
/// let events = trunkline_wazo::known_events();
/// let held = events.iter().find(|event| event.name == "call_held").expect("Wazo has calls");
/// assert_eq!(held.required_acl, "events.calls.{user_uuid}");
/// assert_eq!(held.content["properties"]["call_id"]["type"][0], "string");
/// ```
pub fn known_events() -> &'static [KnownEvent] {
    static EVENTS: LazyLock<Vec<KnownEvent>> = LazyLock::new(read);
    &EVENTS
}

#[derive(Deserialize)]
struct Data {
    events: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    level: String,
    service: Option<String>,
    routing_key: String,
    required_acl: Option<String>,
    headers: Vec<String>,
    fields: Map<String, Value>,
    #[serde(default)]
    aliases: Vec<String>,
    deprecated: Option<Deprecated>,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Deprecated {
    replaced_by: Option<String>,
    note: Option<String>,
}

fn read() -> Vec<KnownEvent> {
    let data: Data = serde_json::from_str(include_str!("../data/events.json"))
        .expect("the data is checked by a test");
    let mut events: Vec<_> = data.events.into_iter().map(KnownEvent::from).collect();
    events.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    events
}

impl From<Row> for KnownEvent {
    fn from(row: Row) -> Self {
        let required_acl = row
            .required_acl
            .unwrap_or_else(|| ["events.", &row.routing_key].concat());
        let deprecated = row.deprecated.map(|deprecated| {
            let instead = match deprecated.replaced_by {
                Some(name) => format!("Nobody publishes it any more; see `{name}`."),
                None => "Nobody publishes it any more.".to_owned(),
            };
            [Some(instead), deprecated.note]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        });
        Self {
            level: Level::from_word(&row.level).expect("the data is checked by a test"),
            name: row.name,
            service: row.service,
            routing_key: row.routing_key,
            required_acl,
            headers: row.headers,
            aliases: row.aliases,
            deprecated,
            note: row.note,
            content: object(&row.fields),
        }
    }
}

fn object(fields: &Map<String, Value>) -> Value {
    let properties = fields
        .iter()
        .map(|(key, said)| (key.clone(), nullable(schema(said))));
    json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
}

/// Any field may be null, as services leave some empty.
fn nullable(mut schema: Value) -> Value {
    if let Some(Value::String(kind)) = schema.get("type") {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}

fn schema(said: &Value) -> Value {
    match said {
        Value::String(word) => word_schema(word.strip_suffix("|null").unwrap_or(word)),
        Value::Array(list) => match list.get(1) {
            Some(inner) => json!({"type": "array", "items": schema(inner)}),
            None => json!({"type": "array"}),
        },
        Value::Object(object_of) => match object_of.get("any_of") {
            Some(Value::Array(either)) => either.first().map_or(json!({}), schema),
            _ => object(object_of),
        },
        _ => json!({}),
    }
}

fn word_schema(word: &str) -> Value {
    match word {
        "string" | "integer" | "number" | "boolean" | "object" => json!({"type": word}),
        "string(uuid)" => json!({"type": "string", "format": "uuid"}),
        "string(date-time)" => json!({"type": "string", "format": "date-time"}),
        word => match word
            .strip_prefix("enum(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(values) => {
                let values: Vec<_> = values.split(',').map(Value::from).collect();
                json!({"type": "string", "examples": values})
            }
            None => json!({}),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use trunkline_core::Template;

    use super::*;

    #[test]
    fn the_data_has_every_event_once_and_with_templates_that_can_be_read() {
        let events = known_events();
        assert_eq!(events.len(), 392);
        let names: HashSet<_> = events
            .iter()
            .flat_map(|event| event.aliases.iter().chain([&event.name]))
            .collect();
        assert_eq!(names.len(), 392 + 3);
        for event in events {
            for template in [&event.routing_key, &event.required_acl] {
                assert!(Template::parse(template.clone()).is_ok(), "{template}");
            }
        }
        let historical = events.iter().filter(|event| event.deprecated.is_some());
        assert_eq!(historical.count(), 6);
    }
}
