//! Described events as every dialect takes them.

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use trunkline::wazo::Description;
use trunkline::{
    Audience, DynamicEvent, EncodeError, Headers, Level, PublishExtras, UserId, Value,
};

use super::Fault;
use crate::failure::chain;

/// What the publisher adds to a described event, but for a key of its own.
pub(super) fn extras(event: &Description) -> Result<PublishExtras, Fault> {
    let mut extras = PublishExtras::default();
    extras.headers = headers(&object("extra_headers", event.extra_headers.as_deref())?)?;
    extras.initial_data = match &event.initial_data {
        Some(data) => Some(object("initial_data", Some(data))?),
        None => None,
    };
    Ok(extras)
}

/// The event itself.
pub(super) fn described(event: &Description) -> Result<DynamicEvent, Fault> {
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

/// Names the field that a refusal comes from.
pub(super) fn fault(error: EncodeError) -> Fault {
    let field = match &error {
        EncodeError::MissingVariable { .. } | EncodeError::RoutingKey { .. } => "routing_key_fmt",
        EncodeError::Header { .. } | EncodeError::Dialect { .. } => "extra_vars",
        EncodeError::MissingAudience { .. } => "tenant_uuid",
        _ => "content",
    };
    Fault::new(field, chain(&error))
}
