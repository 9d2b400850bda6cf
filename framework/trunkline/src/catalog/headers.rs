//! The headers of an event, as schemas.

use serde_json::{Map, Value, json};
use trunkline_core::Level;

use super::Entry;

/// The headers of an event of Wazo's dialect, which the body repeats.
pub(super) fn of_wazo(entry: &Entry) -> Map<String, Value> {
    let mut headers = Map::new();
    let mut put = |name: &str, schema: Value| headers.insert(name.to_owned(), schema);
    let is_open = entry.name.contains('{');
    put(
        "name",
        match is_open {
            true => json!({"type": "string", "description": format!("`{}`", entry.name)}),
            false => json!({"type": "string", "const": entry.name}),
        },
    );
    put(
        "origin_uuid",
        json!({"type": ["string", "null"], "description": "The Wazo stack that publishes."}),
    );
    put(
        "timestamp",
        json!({"type": "string", "description": "Local time of the publisher, ISO 8601 without an offset."}),
    );
    if let Some(acl) = &entry.required_acl {
        put(
            "required_acl",
            json!({"type": ["string", "null"], "description": format!("`{acl}`; null is open to all.")}),
        );
        put("required_access", json!({"type": "string"}));
    }
    if entry.level != Level::Service {
        put("tenant_uuid", json!({"type": "string"}));
    }
    match entry.level {
        Level::Tenant => {
            put(
                "user_uuid:*",
                json!({"type": "boolean", "const": true, "description": "For everyone in the tenant."}),
            );
        }
        Level::User | Level::MultiUser => {
            put(
                "user_uuid:{user_uuid}",
                json!({"type": "boolean", "const": true, "description": "One for each user it is for, called as the user."}),
            );
        }
        _ => {}
    }
    for name in &entry.headers {
        let schema = &entry.content["properties"][name];
        let schema = match schema {
            Value::Null => json!({"description": "An attribute of the event."}),
            schema => schema.clone(),
        };
        put(name, schema);
    }
    headers
}

/// The AMQP headers of an event of Kazoo's, which are no part of the message.
#[cfg(feature = "kazoo")]
pub(super) fn of_kazoo(family: trunkline_kazoo::Family) -> Map<String, Value> {
    let mut headers = Map::new();
    if family == trunkline_kazoo::Family::Call {
        let schema = json!({"type": "string", "description": "The call, as in the routing key but not encoded."});
        headers.insert("call-id".to_owned(), schema);
    }
    headers
}

/// The keys every message of Kazoo's has.
#[cfg(feature = "kazoo")]
pub(super) fn kazoo_message(entry: &Entry, family: trunkline_kazoo::Family) -> Value {
    let mut properties = json!({
        "App-Name": {"type": "string"},
        "App-Version": {"type": "string"},
        "Event-Category": {"type": "string", "const": family.category()},
        "Event-Name": {"type": "string", "const": entry.name},
        "Msg-ID": {"type": ["string", "integer"]},
        "Node": {"type": "string"},
        "Timestamp": {"type": ["integer", "string"], "description": "Seconds since the year 0."},
        "Custom-Channel-Vars": {"type": "object", "description": "Variables of the channel, among them `Account-ID` and `Owner-ID`."},
    });
    let mut required = vec![
        "App-Name",
        "App-Version",
        "Event-Category",
        "Event-Name",
        "Msg-ID",
    ];
    if family == trunkline_kazoo::Family::Call {
        properties["Call-ID"] = json!({"type": "string"});
        required.push("Call-ID");
    }
    for (key, schema) in entry.content["properties"]
        .as_object()
        .into_iter()
        .flatten()
    {
        properties[key] = schema.clone();
    }
    json!({"type": "object", "properties": properties, "required": required})
}
