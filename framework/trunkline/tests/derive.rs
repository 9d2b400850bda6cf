//! What the derives write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use trunkline::{
    Dialect, DialectExt, Envelope, Event, EventView, Level, MultiUserEvent, Plain, PublishExtras,
    ServiceEvent, Template, TenantEvent, UserEvent, ValueRef,
};

#[derive(Debug, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_held",
    service = "calld",
    routing_key = "calls.{call[id]}.{{held}}",
    required_acl = "events.calls.{user_uuid}",
    alias = ["call_hold", "call_paused"],
)]
#[event(alias = "hold")]
struct CallHeld {
    call: Call,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Call {
    id: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
struct DIDEditedEvent {
    id: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, MultiUserEvent)]
#[event(service = "chatd")]
struct RoomClosed {}

#[derive(Debug, PartialEq, Serialize, Deserialize, ServiceEvent)]
#[event(service = "confd", name = "dhcp_edited")]
struct DhcpEdited;

#[test]
fn the_definition_says_what_the_attributes_say() {
    let definition = CallHeld::definition();
    assert_eq!(CallHeld::NAME, "call_held");
    assert_eq!(definition.name, "call_held");
    assert_eq!(definition.service, "calld");
    assert_eq!(definition.level, Level::User);
    assert_eq!(
        definition.aliases.as_ref(),
        ["call_hold", "call_paused", "hold"]
    );
    assert!(definition.header_fields.is_empty());
}

#[test]
fn templates_are_those_the_run_time_would_read() {
    let definition = CallHeld::definition();
    let routing_key = Template::parse("calls.{call[id]}.{{held}}").unwrap();
    let required_acl = Template::parse("events.calls.{user_uuid}").unwrap();
    assert_eq!(definition.routing_key, routing_key);
    assert_eq!(definition.required_acl, Some(required_acl));
}

#[test]
fn what_is_not_said_has_defaults() {
    let did_edited = DIDEditedEvent::definition();
    assert_eq!(DIDEditedEvent::NAME, "did_edited");
    assert_eq!(did_edited.service, "");
    assert_eq!(did_edited.level, Level::Tenant);
    assert_eq!(
        did_edited.routing_key,
        Template::parse("did_edited").unwrap()
    );
    assert_eq!(did_edited.required_acl, None);
    assert!(did_edited.aliases.is_empty());

    let room_closed = RoomClosed::definition();
    assert_eq!(room_closed.level, Level::MultiUser);
    assert_eq!(
        room_closed.routing_key,
        Template::parse("chatd.room_closed").unwrap()
    );
    assert_eq!(DhcpEdited::definition().level, Level::Service);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[serde(rename_all = "kebab-case")]
#[event(routing_key = "channels.{Call-ID}.{from-user}.{type}.{sip-code}")]
struct ChannelCreated {
    #[serde(rename = "Call-ID")]
    call_id: String,
    from_user: String,
    r#type: u8,
    #[serde(rename(serialize = "sip-code", deserialize = "SIP-Code"))]
    status: u16,
    #[serde(skip)]
    seen: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(serialize_with = "as_text")]
    priority: u8,
    #[serde(with = "in_minutes")]
    duration: u32,
    #[serde(flatten)]
    variables: BTreeMap<String, Value>,
}

fn as_text<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

mod in_minutes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(seconds: &u32, to: S) -> Result<S::Ok, S::Error> {
        (seconds / 60).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
        u32::deserialize(from).map(|minutes| minutes * 60)
    }
}

fn channel_created(reason: Option<&str>) -> ChannelCreated {
    ChannelCreated {
        call_id: "17.42".into(),
        from_user: "alice".into(),
        r#type: 3,
        status: 200,
        seen: true,
        reason: reason.map(Into::into),
        priority: 9,
        duration: 120,
        variables: BTreeMap::from([("context".into(), json!("default"))]),
    }
}

/// Every field has the key and the value that serde gives it, and there is no other.
#[test]
fn fields_are_those_serde_writes() {
    for event in [channel_created(None), channel_created(Some("busy"))] {
        let content = serde_json::to_value(&event).unwrap();
        for (key, value) in content.as_object().unwrap() {
            assert_eq!(event.field(key).unwrap().unwrap(), *value, "{key}");
        }
        for key in ["call_id", "from_user", "status", "SIP-Code", "seen", ""] {
            assert!(event.field(key).is_none(), "{key}");
        }
        assert_eq!(event.field("reason").is_some(), event.reason.is_some());
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "conferences.{conference_id}.{status}")]
struct ConferenceEdited {
    #[event(header)]
    #[serde(skip_serializing)]
    conference_id: i64,
    #[event(header)]
    status: String,
    name: String,
}

fn conference_edited() -> ConferenceEdited {
    ConferenceEdited {
        conference_id: 7,
        status: "open".into(),
        name: "standup".into(),
    }
}

fn encode(event: &dyn trunkline::Outgoing) -> Envelope {
    Plain
        .encode(&EventView::new(event, &PublishExtras::default()))
        .expect("the event can be written")
}

#[test]
fn header_fields_travel_as_headers_and_are_read_back() {
    let definition = ConferenceEdited::definition();
    assert_eq!(
        definition.header_fields.as_ref(),
        ["conference_id", "status"]
    );

    let envelope = encode(&conference_edited().for_tenant("tenant-1"));
    assert_eq!(envelope.routing_key().as_str(), "conferences.7.open");
    assert_eq!(
        envelope.headers().get("conference_id"),
        Some(ValueRef::Int(7))
    );
    assert_eq!(envelope.headers().text("status"), Some("open"));
    let body: Value = serde_json::from_slice(envelope.body()).unwrap();
    assert_eq!(body, json!({"status": "open", "name": "standup"}));

    let read: ConferenceEdited = Plain.decode(&envelope).unwrap();
    assert_eq!(read, conference_edited());
}

#[test]
fn events_without_fields_are_empty_objects() {
    let envelope = encode(&DhcpEdited);
    assert_eq!(envelope.body().as_ref(), b"{}");
    assert_eq!(Plain.decode::<DhcpEdited>(&envelope).unwrap(), DhcpEdited);

    let envelope = encode(&RoomClosed {}.for_users("tenant-1", ["user-1"]));
    assert_eq!(envelope.body().as_ref(), b"{}");
    assert_eq!(
        Plain.decode::<RoomClosed>(&envelope).unwrap(),
        RoomClosed {}
    );
    assert!(DhcpEdited.field("name").is_none());
}
