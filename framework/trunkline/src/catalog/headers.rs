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
