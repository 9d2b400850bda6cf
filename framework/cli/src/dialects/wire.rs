//! A message as a line: `{"headers", "payload", "routing_key"}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;
use trunkline::{Envelope, Headers, Properties, RoutingKey};

use super::Fault;
use crate::input::Fields;

/// A message as `encode` prints it, its JSON untouched.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Wire {
    pub(super) headers: Box<RawValue>,
    pub(super) payload: Box<RawValue>,
    pub(super) routing_key: String,
    pub(super) event_routing_key: String,
    /// What the payload is, where the dialect does not settle it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<String>,
}

impl Wire {
    /// Reads a line that holds a message; headers and key may be absent.
    pub(crate) fn from_line(line: &str) -> Result<Self, Fault> {
        Self::from_fields(&Fields::of(line)?)
    }

    /// Reads the fields of such a line.
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self, Fault> {
        let headers = match fields.get("headers") {
            Some(headers) => headers.to_owned(),
            None => raw("headers", "{}".to_owned())?,
        };
        let payload = fields
            .get("payload")
            .ok_or_else(|| Fault::new("payload", "missing"))?;
        let routing_key: String = fields.read("routing_key")?.unwrap_or_default();
        Ok(Self {
            headers,
            payload: payload.to_owned(),
            event_routing_key: routing_key.clone(),
            routing_key,
            content_type: fields.read("content_type")?,
        })
    }

    /// Puts the message into an envelope.
    pub(super) fn envelope(&self, properties: Properties) -> Result<Envelope, Fault> {
        let headers: Headers = serde_json::from_str(self.headers.get())
            .map_err(|error| Fault::new("headers", error))?;
        let key = RoutingKey::verbatim(self.routing_key.as_str())
            .map_err(|error| Fault::new("routing_key", error))?;
        let body = self.payload.get().as_bytes().to_vec();
        Ok(Envelope::from_parts(key, headers, properties, body))
    }

    /// When the event happened by its publisher's clock, if a header tells.
    pub(crate) fn timestamp(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Stamped {
            timestamp: Option<String>,
        }
        serde_json::from_str::<Stamped>(self.headers.get())
            .ok()?
            .timestamp
    }
}

/// Takes text that is JSON.
pub(super) fn raw(field: &'static str, json: String) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(json).map_err(|error| Fault::new(field, error))
}

/// A body as text where it is text, else in base64: one of the two is there.
pub(crate) fn bytes_of(body: &[u8]) -> (Option<&str>, Option<String>) {
    match std::str::from_utf8(body) {
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(STANDARD.encode(body))),
    }
}
