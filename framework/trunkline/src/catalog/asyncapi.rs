//! The AsyncAPI document of a catalogue (AsyncAPI 3.0.0, with AMQP bindings 0.3.0).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use trunkline_core::{Template, TemplatePart};

use super::{Catalog, Entry, Wire, headers};

const BINDINGS: &str = "0.3.0";

pub(super) fn document(catalog: &Catalog) -> Value {
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for entry in &catalog.entries {
        let id = id(&entry.name);
        channels.insert(id.clone(), channel(entry, &id));
        operations.insert(format!("publish_{id}"), operation(entry, &id));
        messages.insert(id, message(entry));
    }
    let services = catalog
        .entries
        .iter()
        .filter_map(|entry| entry.service.as_deref());
    let services: BTreeSet<_> = services.collect();
    let tags: Vec<_> = services
        .into_iter()
        .map(|service| json!({"name": service, "description": format!("Events of {service}.")}))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": catalog.title,
            "version": catalog.version,
            "description": "Events, with their routing keys, headers and access strings.",
            "tags": tags,
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": catalog.shared},
    })
}

/// The key of an event in the document, which may have no braces.
fn id(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars()
        .filter(|c| !matches!(c, '{' | '}'))
        .map(|c| if plain(c) { c } else { '_' })
        .collect()
}

fn channel(entry: &Entry, id: &str) -> Value {
    let (address, parameters) = address(entry);
    json!({
        "address": address,
        "title": entry.name,
        "parameters": parameters,
        "messages": {id: {"$ref": format!("#/components/messages/{id}")}},
        "bindings": {"amqp": {
            "is": "routingKey",
            "exchange": exchange(entry.wire),
            "bindingVersion": BINDINGS,
        }},
    })
}

fn exchange(wire: Wire) -> Value {
    let (name, kind, durable) = match wire {
        Wire::Wazo => ("wazo-headers", "headers", true),
        #[cfg(feature = "kazoo")]
        Wire::Kazoo(family) => (family.exchange(), "topic", false),
    };
    json!({"name": name, "type": kind, "durable": durable, "autoDelete": false, "vhost": "/"})
}

/// The routing key with the parameters AsyncAPI has: plain names, so that `{call[id]}` is
/// `{call_id}`.
fn address(entry: &Entry) -> (String, Value) {
    let Ok(template) = Template::parse(entry.routing_key.clone()) else {
        return (entry.routing_key.clone(), json!({}));
    };
    let (mut address, mut parameters) = (String::new(), Map::new());
    for part in template.parts() {
        match part {
            TemplatePart::Text(text) => address.push_str(text),
            TemplatePart::Variable(variable) => {
                let path = std::iter::once(variable.root()).chain(variable.path());
                let name = path.collect::<Vec<_>>().join("_");
                let source = if variable.is_nested() {
                    "A value inside the content, as it is."
                } else {
                    "A value of the event, its dots escaped."
                };
                address.push_str(&format!("{{{name}}}"));
                parameters.insert(name, json!({"description": source}));
            }
            _ => {}
        }
    }
    (address, Value::Object(parameters))
}

fn operation(entry: &Entry, id: &str) -> Value {
    json!({
        "action": "send",
        "channel": {"$ref": format!("#/channels/{id}")},
        "summary": format!("Publishes `{}`.", entry.name),
        "messages": [{"$ref": format!("#/channels/{id}/messages/{id}")}],
        "tags": tags(entry),
        "bindings": {"amqp": delivery(entry.wire)},
    })
}

fn delivery(wire: Wire) -> Value {
    match wire {
        Wire::Wazo => json!({"deliveryMode": 2, "priority": 0, "bindingVersion": BINDINGS}),
        #[cfg(feature = "kazoo")]
        Wire::Kazoo(_) => json!({"deliveryMode": 1, "bindingVersion": BINDINGS}),
    }
}

fn tags(entry: &Entry) -> Vec<Value> {
    let mut tags = Vec::new();
    if let Some(service) = &entry.service {
        tags.push(json!({"name": service}));
    }
    tags.push(json!({"name": format!("level:{}", entry.level)}));
    if entry.deprecated.is_some() {
        tags.push(json!({"name": "deprecated"}));
    }
    tags
}

fn message(entry: &Entry) -> Value {
    let (headers, payload) = match entry.wire {
        Wire::Wazo => wazo(entry),
        #[cfg(feature = "kazoo")]
        Wire::Kazoo(family) => (
            json!({"type": "object", "properties": headers::of_kazoo(family)}),
            headers::kazoo_message(entry, family),
        ),
    };
    let mut binding = json!({"bindingVersion": BINDINGS});
    if entry.wire == Wire::Wazo {
        binding["contentEncoding"] = "utf-8".into();
    }
    let mut message = json!({
        "name": entry.name,
        "title": entry.name,
        "summary": format!("Level {}, key `{}`.", entry.level, entry.routing_key),
        "contentType": "application/json",
        "tags": tags(entry),
        "headers": headers,
        "payload": payload,
        "bindings": {"amqp": binding},
        "x-level": entry.level.as_str(),
    });
    if let Some(acl) = &entry.required_acl {
        message["x-required-acl"] = json!(acl);
    }
    let words = [&entry.deprecated, &entry.description];
    let words: Vec<_> = words.into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        message["description"] = words.join(" ").into();
    }
    if !entry.aliases.is_empty() {
        message["x-aliases"] = json!(entry.aliases);
    }
    message
}

/// Headers and body of an event of Wazo's: the body repeats the headers.
fn wazo(entry: &Entry) -> (Value, Value) {
    let headers = headers::of_wazo(entry);
    let names: Vec<_> = headers.keys().filter(|name| is_required(name)).collect();
    let mut properties = headers.clone();
    properties.insert("data".to_owned(), entry.content.clone());
    (
        json!({"type": "object", "properties": headers, "required": names}),
        json!({"type": "object", "properties": properties, "required": ["name", "data"]}),
    )
}

fn is_required(name: &str) -> bool {
    matches!(
        name,
        "name"
            | "origin_uuid"
            | "timestamp"
            | "required_acl"
            | "required_access"
            | "tenant_uuid"
            | "user_uuid:*"
    )
}
