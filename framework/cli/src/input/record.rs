//! The form recordings are kept in, a line for each event.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use trunkline::{Envelope, Headers, Properties, RoutingKey};

use super::Fields;
use crate::dialects::{Fault, PropertiesForm, bytes_of};

/// The version of the form; `docs/record.md` tells its fields.
const VERSION: u32 = 1;

/// One recorded event: nothing of the envelope is lost.
#[derive(Debug, Serialize)]
pub(crate) struct RecordLine<'a> {
    /// The form's version.
    record: u32,
    /// Seconds since the recording began, to the microsecond.
    offset: f64,
    routing_key: &'a str,
    headers: &'a Headers,
    properties: PropertiesForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl<'a> RecordLine<'a> {
    /// Records an envelope that came this long after the beginning.
    pub(crate) fn new(envelope: &'a Envelope, offset: Duration) -> Self {
        let (body, body_base64) = bytes_of(envelope.body());
        Self {
            record: VERSION,
            offset: (offset.as_micros() as f64) / 1e6,
            routing_key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
            properties: envelope.properties().into(),
            body,
            body_base64,
        }
    }

    /// Reads a recorded event and its offset.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<(Envelope, Duration), Fault> {
        let version: u32 = fields.required("record")?;
        if version != VERSION {
            let reason = format!("version {version} is not known; this program reads {VERSION}");
            return Err(Fault::new("record", reason));
        }
        let offset: f64 = fields.required("offset")?;
        let offset = Duration::try_from_secs_f64(offset)
            .map_err(|error| Fault::new("offset", format!("{error}; write seconds")))?;
        let key: String = fields.required("routing_key")?;
        let key = RoutingKey::verbatim(key).map_err(|error| Fault::new("routing_key", error))?;
        let headers: Headers = fields.read("headers")?.unwrap_or_default();
        let properties: PropertiesForm = fields.read("properties")?.unwrap_or_default();
        let properties =
            Properties::try_from(properties).map_err(|error| Fault::new("properties", error))?;
        let body = body(fields)?;
        Ok((Envelope::from_parts(key, headers, properties, body), offset))
    }
}

fn body(fields: &Fields<'_>) -> Result<Vec<u8>, Fault> {
    let text: Option<String> = fields.read("body")?;
    let base64: Option<String> = fields.read("body_base64")?;
    match (text, base64) {
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(base64)) => STANDARD
            .decode(base64)
            .map_err(|error| Fault::new("body_base64", error)),
        (None, None) => Err(Fault::new("body", "missing; give `body` or `body_base64`")),
        (Some(_), Some(_)) => Err(Fault::new("body", "there is `body_base64` too; keep one")),
    }
}
