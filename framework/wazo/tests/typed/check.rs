//! Checks a recorded event by its type.

use serde_json::Value;
use trunkline_core::{
    Audience, Dialect, DialectExt, Envelope, Event, EventView, MultiUserEvent, Outgoing,
    PublishExtras, ServiceEvent, TenantEvent, UserEvent,
};
use trunkline_wazo::{LocalTime, Wazo};

pub(crate) fn wazo(vector: &Value) -> Wazo {
    let now: LocalTime = vector["now"].as_str().unwrap().parse().unwrap();
    let wazo = Wazo::new().with_clock(move || now);
    match vector["service_uuid"].as_str() {
        Some(origin) => wazo.with_origin(origin),
        None => wazo,
    }
}

/// The content as the type takes it: attributes the content lacks are beside it, and those that
/// differ are set by themselves.
fn content<E: Event>(vector: &Value, set: impl Fn(&mut E, String)) -> E {
    let mut content = vector["content"].as_object().unwrap().clone();
    let mut other = None;
    for (name, value) in vector["extra_vars"].as_object().into_iter().flatten() {
        if content.entry(name.clone()).or_insert_with(|| value.clone()) != value {
            other = value.as_str();
        }
    }
    let mut event = serde_json::from_value(Value::Object(content)).unwrap();
    if let Some(other) = other {
        set(&mut event, other.to_owned());
    }
    event
}

pub(crate) fn agrees(vector: &Value, event: &dyn Outgoing) -> Envelope {
    let id = &vector["id"];
    let extras = PublishExtras::default();
    let view = EventView::new(event, &extras);
    let envelope = wazo(vector).encode(&view);
    let envelope = envelope.unwrap_or_else(|error| panic!("{id}: {error}"));
    let expect = &vector["expect"];
    let headers = Value::try_from(envelope.headers()).unwrap();
    assert_eq!(headers, expect["headers"], "{id}");
    let body: Value = serde_json::from_slice(envelope.body()).unwrap();
    assert_eq!(body, expect["payload"], "{id}");
    assert_eq!(
        envelope.routing_key().as_str(),
        expect["routing_key"],
        "{id}"
    );
    envelope
}

/// What was written is read as the same event, and every field has the kind the data says.
fn comes_back<E: Event + PartialEq + std::fmt::Debug>(
    vector: &Value,
    event: &E,
    envelope: &Envelope,
) {
    let back: E = wazo(vector).decode(envelope).unwrap();
    let say = |event: &E| serde_json::to_value(event).unwrap();
    assert_eq!(say(&back), say(event), "{}", vector["id"]);
    assert_eq!(say(&back), vector["expect"]["data"], "{}", vector["id"]);
    assert_eq!(E::NAME, vector["name"], "{}", vector["id"]);
}

fn tenant(vector: &Value) -> &str {
    vector["tenant_uuid"].as_str().unwrap()
}

pub(crate) fn service<E>(
    vector: &Value,
    set: impl Fn(&mut E, String),
    is_whole: impl Fn(&E) -> bool,
) where
    E: ServiceEvent + Clone + PartialEq + std::fmt::Debug,
{
    let event: E = content(vector, set);
    // Every value has its field, of its kind.
    assert!(is_whole(&event), "{}: {event:?}", vector["id"]);
    let envelope = agrees(vector, &event);
    comes_back(vector, &event, &envelope);
}

pub(crate) fn tenant_event<E>(
    vector: &Value,
    set: impl Fn(&mut E, String),
    is_whole: impl Fn(&E) -> bool,
) where
    E: TenantEvent + Clone + PartialEq + std::fmt::Debug,
{
    let event: E = content(vector, set);
    // Every value has its field, of its kind.
    assert!(is_whole(&event), "{}: {event:?}", vector["id"]);
    let envelope = agrees(vector, &event.clone().for_tenant(tenant(vector)));
    comes_back(vector, &event, &envelope);
}

pub(crate) fn user<E>(vector: &Value, set: impl Fn(&mut E, String), is_whole: impl Fn(&E) -> bool)
where
    E: UserEvent + Clone + PartialEq + std::fmt::Debug,
{
    let event: E = content(vector, set);
    // Every value has its field, of its kind.
    assert!(is_whole(&event), "{}: {event:?}", vector["id"]);
    let addressed = match vector["user_uuid"].as_str() {
        Some(user) => event.clone().for_user(tenant(vector), user),
        None => event.clone().for_no_user(tenant(vector)),
    };
    let envelope = agrees(vector, &addressed);
    comes_back(vector, &event, &envelope);
}

pub(crate) fn multi_user<E>(
    vector: &Value,
    set: impl Fn(&mut E, String),
    is_whole: impl Fn(&E) -> bool,
) where
    E: MultiUserEvent + Clone + PartialEq + std::fmt::Debug,
{
    let event: E = content(vector, set);
    // Every value has its field, of its kind.
    assert!(is_whole(&event), "{}: {event:?}", vector["id"]);
    let users = vector["user_uuids"].as_array().unwrap().iter();
    let users = users.map(|user| user.as_str().unwrap());
    let envelope = agrees(vector, &event.clone().for_users(tenant(vector), users));
    comes_back(vector, &event, &envelope);
}

pub(crate) fn audience(vector: &Value) -> Audience {
    match vector["level"].as_str() {
        Some("service") => Audience::Service,
        _ => Audience::User {
            tenant: tenant(vector).into(),
            user: vector["user_uuid"].as_str().map(Into::into),
        },
    }
}
