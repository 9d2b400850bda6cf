//! Messages of the plain dialect, described in the words that Wazo's events are described in.

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use trunkline::wazo::Description;
use trunkline::{
    Audience, Dialect, DynamicEvent, EncodeError, Envelope, EventView, Headers, Level, Plain,
    Properties, PublishExtras, UserId, Value,
};

use super::wire::raw;
use super::{Fault, Wire};
use crate::failure::chain;

pub(super) fn wire(event: &Description) -> Result<Wire, Fault> {
    let mut extras = PublishExtras::default();
    extras.headers = headers(&object("extra_headers", event.extra_headers.as_deref())?)?;
    extras.initial_data = match &event.initial_data {
        Some(data) => Some(object("initial_data", Some(data))?),
        None => None,
    };
    let described = described(event)?;
    let own = Plain
        .encode(&EventView::new(&described, &extras))
        .map_err(fault)?;
    let own_key = own.routing_key().as_str().to_owned();
    extras.routing_key = event.routing_key_override.clone();
    let envelope = match event.routing_key_override.as_deref() {
        None | Some("") => own,
        Some(_) => Plain
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
    })
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

fn described(event: &Description) -> Result<DynamicEvent, Fault> {
    let name = event.name.clone();
    let key = event.routing_key_fmt.clone();
    let mut described = DynamicEvent::new(name, key, audience(event)?)
        .map_err(|error| Fault::new("routing_key_fmt", error))?
        .with_content(&object("content", event.content.as_deref())?)
        .map_err(|error| Fault::new("content", error))?;
    if let Some(acl) = &event.required_acl_fmt {
        let with_acl = described.with_required_acl(acl.clone());
        described = with_acl.map_err(|error| Fault::new("required_acl_fmt", error))?;
    }
    for (name, value) in object("extra_vars", event.extra_vars.as_deref())? {
        described = described.with_attribute(name, value);
    }
    Ok(described)
}

fn audience(event: &Description) -> Result<Audience, Fault> {
    if event.level == Level::Service {
        return Ok(Audience::Service);
    }
    let missing = |field| Fault::new(field, "missing; give it a value other than null");
    let tenant = event
        .tenant_uuid
        .as_deref()
        .ok_or_else(|| missing("tenant_uuid"))?;
    Ok(match event.level {
        Level::User => Audience::User {
            tenant: tenant.into(),
            user: event.user_uuid.as_deref().map(UserId::from),
        },
        Level::MultiUser => {
            let users = event
                .user_uuids
                .as_ref()
                .ok_or_else(|| missing("user_uuids"))?;
            Audience::users(tenant, users.iter().map(String::as_str))
        }
        _ => Audience::Tenant(tenant.into()),
    })
}

fn object(field: &'static str, json: Option<&RawValue>) -> Result<Map<String, Json>, Fault> {
    match json.map(|json| serde_json::from_str(json.get())) {
        None => Ok(Map::new()),
        Some(Ok(Json::Object(object))) => Ok(object),
        Some(Ok(_)) => Err(Fault::new(field, "expected an object")),
        Some(Err(error)) => Err(Fault::new(field, error)),
    }
}

fn headers(object: &Map<String, Json>) -> Result<Headers, Fault> {
    let fault = |error: trunkline::HeaderError| Fault::new("extra_headers", error);
    let mut headers = Headers::new();
    for (name, value) in object {
        let value = Value::try_from(value).map_err(fault)?;
        headers.insert(name, value).map_err(fault)?;
    }
    Ok(headers)
}

fn fault(error: EncodeError) -> Fault {
    let field = match &error {
        EncodeError::MissingVariable { .. } | EncodeError::RoutingKey { .. } => "routing_key_fmt",
        EncodeError::Header { .. } => "extra_vars",
        EncodeError::MissingAudience { .. } => "tenant_uuid",
        _ => "content",
    };
    Fault::new(field, chain(&error))
}
