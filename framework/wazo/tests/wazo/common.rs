//! Events written by hand, as the derives would write them, and shorthands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trunkline_core::{
    Dialect, EncodeError, Envelope, Event, EventDefinition, EventView, Headers, Level,
    MultiUserEvent, Outgoing, Properties, PublishExtras, RoutingKey, ServiceEvent, Template,
    TenantEvent, UserEvent,
};
use trunkline_wazo::{LocalTime, Wazo};

pub(crate) const ORIGIN: &str = "6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c";
pub(crate) const TENANT: &str = "b353e011-6515-5086-bb5f-2cbfa6d71e1e";
pub(crate) const USER: &str = "26a0bf0e-17f0-563f-b44b-2c1a97507730";
pub(crate) const NOW: &str = "2026-02-03T04:05:06.078901";

/// The dialect with origin and clock fixed.
pub(crate) fn wazo() -> Wazo {
    let now: LocalTime = NOW.parse().unwrap();
    Wazo::new().with_origin(ORIGIN).with_clock(move || now)
}

pub(crate) fn encode(event: &impl Outgoing) -> Result<Envelope, EncodeError> {
    encode_with(event, &PublishExtras::default())
}

pub(crate) fn encode_with(
    event: &impl Outgoing,
    extras: &PublishExtras,
) -> Result<Envelope, EncodeError> {
    wazo().encode(&EventView::new(event, extras))
}

/// An envelope as it may come from anyone.
pub(crate) fn received(headers: Headers, body: impl Into<bytes::Bytes>) -> Envelope {
    let key = RoutingKey::verbatim("some.key").unwrap();
    Envelope::from_parts(key, headers, Properties::new(), body)
}

/// An envelope whose headers are those of a JSON object.
pub(crate) fn received_with(headers: Value, body: &str) -> Envelope {
    let mut made = Headers::new();
    for (name, value) in headers.as_object().unwrap() {
        made.insert(name, trunkline_core::Value::try_from(value).unwrap())
            .unwrap();
    }
    received(made, body.to_owned())
}

pub(crate) fn body_of(envelope: &Envelope) -> Value {
    serde_json::from_slice(envelope.body()).unwrap()
}

fn define(
    name: &'static str,
    level: Level,
    key: &'static str,
    acl: Option<&'static str>,
    header_fields: &[&'static str],
) -> EventDefinition {
    let mut definition = EventDefinition::new(name, level, Template::parse(key).unwrap());
    definition.required_acl = acl.map(|acl| Template::parse(acl).unwrap());
    definition.header_fields = header_fields.iter().map(|field| (*field).into()).collect();
    definition
}

/// The field of an event that serialises to an object.
fn field(event: &impl Serialize, name: &str) -> Option<serde_json::Result<Value>> {
    match serde_json::to_value(event) {
        Ok(Value::Object(mut fields)) => fields.remove(name).map(Ok),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}

macro_rules! event {
    ($type:ident: $level:ident, $name:literal, $key:literal, $acl:expr, $fields:expr) => {
        impl Event for $type {
            const NAME: &'static str = $name;

            fn definition() -> &'static EventDefinition {
                static DEFINITION: LazyLock<EventDefinition> =
                    LazyLock::new(|| define($name, Level::$level, $key, $acl, $fields));
                &DEFINITION
            }

            fn field(&self, name: &str) -> Option<serde_json::Result<Value>> {
                field(self, name)
            }
        }
    };
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CallHeld {
    pub(crate) call_id: String,
}
event!(CallHeld: User, "call_held", "calls.{call_id}.held", Some("events.calls.{user_uuid}"), &[]);
impl UserEvent for CallHeld {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ConferenceCreated {
    pub(crate) id: u64,
    pub(crate) conference_id: i64,
}
event!(
    ConferenceCreated: Tenant, "conference_created", "config.conferences.{conference_id}.created",
    None, &["conference_id"]
);
impl TenantEvent for ConferenceCreated {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgentPaused {
    pub(crate) agent_id: u32,
}
event!(AgentPaused: MultiUser, "agent_paused", "status.agent.pause", None, &[]);
impl MultiUserEvent for AgentPaused {}

/// Fields in an order that is not the alphabet's, and a number no JSON value holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) area: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ZonesCounted {
    pub(crate) zone: Zone,
    pub(crate) zones: Vec<Zone>,
    pub(crate) total: u128,
}
event!(
    ZonesCounted: Service, "zones_counted", "{zone[name]}.{zones[0][area]}.{total}",
    Some("{zone}"), &[]
);
impl ServiceEvent for ZonesCounted {}

/// Content that is no object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bare(pub(crate) Vec<u32>);
event!(Bare: Service, "bare", "bare", None, &[]);
impl ServiceEvent for Bare {}

/// Content that JSON cannot have: keys that are no text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unwritable {
    pub(crate) by_pair: BTreeMap<(u8, u8), u8>,
}
event!(Unwritable: Service, "unwritable", "unwritable", None, &[]);
impl ServiceEvent for Unwritable {}

/// An event that says nothing but that it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Restarted;
impl Event for Restarted {
    const NAME: &'static str = "restarted";
    const IS_UNIT: bool = true;

    fn definition() -> &'static EventDefinition {
        static DEFINITION: LazyLock<EventDefinition> =
            LazyLock::new(|| define("restarted", Level::Service, "restarted", None, &[]));
        &DEFINITION
    }

    fn field(&self, _: &str) -> Option<serde_json::Result<Value>> {
        None
    }
}
impl ServiceEvent for Restarted {}
