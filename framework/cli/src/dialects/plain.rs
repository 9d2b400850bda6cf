//! Messages of the plain dialect, described in the words that Wazo's events are described in.

use trunkline::wazo::Description;
use trunkline::{Dialect, Envelope, EventView, Level, Plain, Properties};

use super::described::{described, extras, fault};
use super::wire::raw;
use super::{Fault, Wire};
use crate::failure::chain;

/// Writes a described event as a message of a dialect that has no manner of its own.
pub(super) fn wire(dialect: &dyn Dialect, event: &Description) -> Result<Wire, Fault> {
    let mut extras = extras(event)?;
    let described = described(event)?;
    let own = dialect
        .encode(&EventView::new(&described, &extras))
        .map_err(fault)?;
    let own_key = own.routing_key().as_str().to_owned();
    extras.routing_key = event.routing_key_override.clone();
    let envelope = match event.routing_key_override.as_deref() {
        None | Some("") => own,
        Some(_) => dialect
            .encode(&EventView::new(&described, &extras))
            .map_err(fault)?,
    };
    let headers =
        serde_json::to_string(envelope.headers()).map_err(|error| Fault::new("headers", error))?;
    Ok(Wire {
        headers: raw("headers", headers)?,
        payload: raw(
            "content",
            String::from_utf8_lossy(envelope.body()).into_owned(),
        )?,
        routing_key: envelope.routing_key().as_str().to_owned(),
        event_routing_key: own_key,
        content_type: None,
    })
}

/// Writes a described event as an envelope of such a dialect.
pub(super) fn envelope(dialect: &dyn Dialect, event: &Description) -> Result<Envelope, Fault> {
    let mut extras = extras(event)?;
    extras.routing_key = event.routing_key_override.clone();
    let described = described(event)?;
    let encoded = dialect.encode(&EventView::new(&described, &extras));
    encoded.map_err(fault)
}

/// What the dialect sets, beside an id and the time.
pub(super) fn properties() -> Properties {
    let mut properties = Properties::fresh();
    properties.set_content_type(Some("application/json"));
    properties
}

/// Describes the event an envelope carries.
pub(super) fn read_back(envelope: &Envelope) -> Result<Description, Fault> {
    let unreadable = |error: trunkline::DecodeError| Fault::new("headers", chain(&error));
    let audience = Plain.audience(envelope).map_err(unreadable)?;
    let name = Plain
        .event_name(envelope)
        .ok_or_else(|| Fault::new("headers", "there is no `name`, which is text"))?;
    let mut event = Description::new(audience.level(), name);
    let key = envelope.routing_key().as_str();
    event.routing_key_fmt = key.replace('{', "{{").replace('}', "}}");
    event.tenant_uuid = audience.tenant().map(ToString::to_string);
    if audience.level() == Level::MultiUser {
        let users = audience.named_users().iter();
        event.user_uuids = Some(users.map(ToString::to_string).collect());
    }
    let data = Plain
        .data(envelope)
        .map_err(|error| Fault::new("payload", chain(&error)))?;
    event.content = Some(raw("payload", data.into_owned())?);
    let mut own = envelope.headers().clone();
    for known in ["name", "tenant", "users"] {
        own.remove(known);
    }
    let own = serde_json::to_string(&own).map_err(|error| Fault::new("headers", error))?;
    event.extra_vars = Some(raw("headers", own)?);
    Ok(event)
}
