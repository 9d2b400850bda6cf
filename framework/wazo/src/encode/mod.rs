//! Writing an event: headers, then a body that repeats them, then the key.

mod body;
mod headers;
mod variables;

use trunkline_core::{
    Audience, EncodeError, Envelope, EventView, HeaderError, Level, Properties, RoutingKey,
};

use crate::json::MAX_DEPTH;
use crate::time::LocalTime;
use variables::Variables;

pub(crate) use body::overlay;
pub(crate) use headers::header_value;

/// Field names in errors about templates.
pub(crate) const ROUTING_KEY: &str = "routing_key";
pub(crate) const REQUIRED_ACL: &str = "required_acl";

/// An event as it goes out.
pub(crate) struct Encoded {
    pub(crate) envelope: Envelope,
    /// The event's own key, if it was published under another.
    pub(crate) own_key: Option<String>,
}

/// Writes an event (wazo-bus, `wazo_bus/mixins.py`).
pub(crate) fn encode(
    event: &EventView<'_>,
    origin: Option<&str>,
    now: &LocalTime,
) -> Result<Encoded, EncodeError> {
    check_audience(event)?;
    let variables = Variables::of(event);
    let definition = event.definition;
    let own_key = variables.render(ROUTING_KEY, &definition.routing_key)?;
    // The access string follows the event's own key, never the publisher's.
    let acl = match &definition.required_acl {
        Some(template) => variables.render(REQUIRED_ACL, template)?,
        None => ["events.", &own_key].concat(),
    };
    let mut table = headers::write(event, &acl, origin, now)?;
    body::finish(&mut table.body, &variables)?;
    let (key, own_key) = match event.extras.routing_key.as_deref() {
        Some(key) if !key.is_empty() => (key.to_owned(), Some(own_key)),
        _ => (own_key, None),
    };
    let key = RoutingKey::verbatim(key).map_err(|source| EncodeError::RoutingKey {
        event: event.name().to_owned(),
        key: source.text().to_owned(),
        source,
    })?;
    let mut properties = Properties::fresh();
    properties.set_content_type(Some("application/json"));
    properties.set_content_encoding(Some("utf-8"));
    properties.set_priority(Some(0));
    let envelope = Envelope::from_parts(key, table.headers, properties, table.body);
    Ok(Encoded { envelope, own_key })
}

/// Refuses an event that was given a wider audience than its type has: what is for one tenant or
/// user must not reach more because they were forgotten.
fn check_audience(event: &EventView<'_>) -> Result<(), EncodeError> {
    let missing = match (event.level(), event.audience) {
        (Level::Tenant | Level::User | Level::MultiUser, Audience::Service) => "tenant",
        (Level::User | Level::MultiUser, Audience::Tenant(_)) => "user",
        _ => return Ok(()),
    };
    Err(EncodeError::MissingAudience {
        event: event.name().to_owned(),
        missing,
    })
}

fn header_fault(event: &EventView<'_>, header: &str, source: HeaderError) -> EncodeError {
    let (event, header) = (event.name().to_owned(), header.to_owned());
    EncodeError::Header {
        event,
        header,
        source,
    }
}

fn content_fault(event: &EventView<'_>, source: serde_json::Error) -> EncodeError {
    EncodeError::Content {
        event: event.name().to_owned(),
        source,
    }
}

fn too_deep(event: &EventView<'_>) -> EncodeError {
    EncodeError::TooDeep {
        event: event.name().to_owned(),
        limit: MAX_DEPTH,
    }
}
