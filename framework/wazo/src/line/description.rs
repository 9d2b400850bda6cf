//! An event in the words it is described with.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use trunkline_core::Level;

use super::error::{LineError, LineProblem};
use super::fields::Fields;
use crate::python;

const LEVELS: &str = "`service`, `tenant`, `user` or `multi_user`";

/// An event as one describes it: the input of `encode`, and what `decode` gives back.
///
/// As JSON it is an object with the fields below, each null when it is `None`. Reading ignores
/// fields it does not know, and an absent field is null. JSON is kept as text, so that numbers keep
/// their kind and all their digits.
///
/// ```json
/// {"level": "user", "name": "call_held", "routing_key_fmt": "calls.{call_id}.held",
///  "required_acl_fmt": "events.calls.{user_uuid}", "content": {"call_id": "1700000000.42"},
///  "tenant_uuid": "b353e011-…", "user_uuid": "26a0bf0e-…", "service_uuid": "6b1f6f0e-…",
///  "now": "2026-02-03T04:05:06.078901"}
/// ```
///
/// What the wire does not keep, reading it back cannot give: templates come back as the text they
/// gave, attributes and the publisher's headers together in `extra_vars`, `initial_data` within
/// `content`, the override of a key as the key, and a multi-user event for one user or nobody as
/// a user event. Written again, such a description gives the same message.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// Whom events of this name are for: `service`, `tenant`, `user` or `multi_user`.
    #[serde(serialize_with = "level_word")]
    pub level: Level,
    /// The event's name.
    pub name: String,
    /// Template of the routing key.
    pub routing_key_fmt: String,
    /// Template of the access string; `None` derives it from the routing key.
    pub required_acl_fmt: Option<String>,
    /// What the event says: an object, `None` for an empty one.
    pub content: Option<Box<RawValue>>,
    /// The tenant; required above the service level, where it is ignored.
    pub tenant_uuid: Option<String>,
    /// The user of a user event; `None` is nobody.
    pub user_uuid: Option<String>,
    /// The users of a multi-user event, which requires them; one named twice counts once.
    pub user_uuids: Option<Vec<String>>,
    /// Attributes: variables for the templates that are also headers. An object.
    pub extra_vars: Option<Box<RawValue>>,
    /// The UUID of the Wazo stack that publishes.
    pub service_uuid: Option<String>,
    /// The publisher's clock, as [`LocalTime`](crate::LocalTime) reads it; `None` is now.
    pub now: Option<String>,
    /// Headers beneath the event's own. An object.
    pub extra_headers: Option<Box<RawValue>>,
    /// Data beneath the event's content. An object.
    pub initial_data: Option<Box<RawValue>>,
    /// A routing key to use instead of the event's; empty is none.
    pub routing_key_override: Option<String>,
    /// The access string as it was on the wire: `None` if there was none, `Some(None)` for null,
    /// which is open to all. Written by `decode`, and nothing to `encode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_acl: Option<Option<String>>,
}

impl Description {
    /// Describes an event without content whose key is empty.
    pub fn new(level: Level, name: impl Into<String>) -> Self {
        Self {
            level,
            name: name.into(),
            routing_key_fmt: String::new(),
            required_acl_fmt: None,
            content: None,
            tenant_uuid: None,
            user_uuid: None,
            user_uuids: None,
            extra_vars: None,
            service_uuid: None,
            now: None,
            extra_headers: None,
            initial_data: None,
            routing_key_override: None,
            required_acl: None,
        }
    }

    /// Reads a line of JSON.
    ///
    /// # Errors
    /// [`LineError`] naming the first field that is missing or of another kind than it should be.
    /// What is inside the fields is looked at when the event is [written](Self::encode).
    pub fn from_line(line: &str) -> Result<Self, LineError> {
        let fields = Fields::of_line(line)?;
        let level = fields.required_text("level")?;
        let level = Level::from_word(&level).ok_or_else(|| {
            LineError::new(
                "level",
                LineProblem::Unknown {
                    found: level,
                    wanted: LEVELS,
                },
            )
        })?;
        Ok(Self {
            level,
            name: fields.required_text("name")?,
            routing_key_fmt: fields.required_text("routing_key_fmt")?,
            required_acl_fmt: fields.text("required_acl_fmt")?,
            content: fields.raw("content")?,
            tenant_uuid: tenant(&fields)?,
            user_uuid: fields.text("user_uuid")?,
            user_uuids: fields.texts("user_uuids")?,
            extra_vars: fields.raw("extra_vars")?,
            service_uuid: fields.text("service_uuid")?,
            now: fields.text("now")?,
            extra_headers: fields.raw("extra_headers")?,
            initial_data: fields.raw("initial_data")?,
            routing_key_override: fields.text("routing_key_override")?,
            required_acl: None,
        })
    }
}

/// Reads the tenant: what is not text becomes it (wazo-bus, `wazo_bus/resources/common/event.py`).
fn tenant(fields: &Fields<'_>) -> Result<Option<String>, LineError> {
    match fields.json("tenant_uuid") {
        Some(json) if !json.starts_with(['"', '[', '{']) => {
            let mut tenant = String::new();
            Ok(python::write_str(&mut tenant, json).map(|()| tenant))
        }
        _ => fields.text("tenant_uuid"),
    }
}

fn level_word<S: Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.as_str())
}
