//! A message as a line.

use serde::Serialize;
use serde_json::value::RawValue;
use trunkline_core::{Envelope, Properties, RoutingKey, ValueRef};

use super::error::{LineError, LineProblem};
use super::fields::{self, Fields};
use crate::encode::Encoded;
use crate::json::{self, MAX_DEPTH};

/// A message as `encode` prints it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct WireLine {
    /// The header table: an object.
    pub headers: Box<RawValue>,
    /// The body: an object.
    pub payload: Box<RawValue>,
    /// The key the message is published with.
    pub routing_key: String,
    /// The event's own key, which differs under an override.
    pub event_routing_key: String,
}

impl WireLine {
    pub(super) fn new(encoded: Encoded) -> Result<Self, LineError> {
        let Encoded { envelope, own_key } = encoded;
        let mut headers = Vec::new();
        let table = ValueRef::Table(envelope.headers().as_table());
        json::write_value(&mut headers, "headers", table)
            .map_err(|error| LineError::header("headers", error))?;
        let routing_key = envelope.routing_key().as_str().to_owned();
        Ok(Self {
            headers: raw("headers", &headers)?,
            payload: raw("content", envelope.body())?,
            event_routing_key: own_key.unwrap_or_else(|| routing_key.clone()),
            routing_key,
        })
    }
}

fn raw(field: &'static str, json: &[u8]) -> Result<Box<RawValue>, LineError> {
    fields::raw(field, String::from_utf8_lossy(json))
}

/// Reads a message back from a line; what its routing key or headers lack is empty.
pub(super) fn read(line: &str) -> Result<Envelope, LineError> {
    let fields = Fields::of_line(line)?;
    let headers = fields::headers("headers", fields.json("headers"))?;
    let payload = fields.json("payload");
    let payload = payload.ok_or_else(|| LineError::new("payload", LineProblem::Missing))?;
    fields::object_within(MAX_DEPTH, "payload", payload)?;
    let key = fields.text("routing_key")?.unwrap_or_default();
    let key = RoutingKey::verbatim(key)
        .map_err(|error| LineError::new("routing_key", LineProblem::RoutingKey(error)))?;
    Ok(Envelope::from_parts(
        key,
        headers,
        Properties::new(),
        payload.to_owned(),
    ))
}
