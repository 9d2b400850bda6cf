//! What the tests share.

use serde_json::{Value as Json, json};
use trunkline_cloudevents::{CloudEvents, CloudEventsError, DecodeError, Mode, Prefix};
use trunkline_core::{
    Audience, Dialect, DynamicEvent, Envelope, EventView, Headers, Outgoing, Properties,
    PublishExtras, RoutingKey, Value,
};

pub(crate) const OPENED: &str = "com.example.door.opened";

pub(crate) const PREFIXES: [Prefix; 4] = [
    Prefix::Underscore,
    Prefix::Colon,
    Prefix::RabbitMq,
    Prefix::Bare,
];

pub(crate) fn dialect() -> CloudEvents {
    CloudEvents::new("/pbx/doors").unwrap()
}

/// The dialect in each of the ways it writes.
pub(crate) fn dialects() -> Vec<CloudEvents> {
    let binary = PREFIXES.map(|prefix| dialect().with_prefix(prefix));
    let structured = dialect().with_mode(Mode::Structured);
    binary.into_iter().chain([structured]).collect()
}

pub(crate) fn opened(audience: Audience) -> DynamicEvent {
    DynamicEvent::new(OPENED, "doors.{door}", audience)
        .unwrap()
        .with_content(&json!({"door": "front.1", "times": 3}))
        .unwrap()
}

pub(crate) fn encode(dialect: &CloudEvents, event: &dyn Outgoing) -> Envelope {
    let extras = PublishExtras::default();
    dialect.encode(&EventView::new(event, &extras)).unwrap()
}

/// An envelope as a broker delivers it.
pub(crate) fn delivered(
    content_type: Option<&str>,
    headers: &[(&str, Value)],
    body: impl AsRef<[u8]>,
) -> Envelope {
    let mut properties = Properties::new();
    properties.set_content_type(content_type);
    let headers = headers.iter().map(|(name, value)| (*name, value.clone()));
    let headers = Headers::try_from_iter(headers).unwrap();
    let key = RoutingKey::new("any").unwrap();
    Envelope::from_parts(key, headers, properties, body.as_ref().to_vec())
}

/// An event of another maker's, in binary mode.
pub(crate) fn binary(content_type: &str, more: &[(&str, Value)], body: &str) -> Envelope {
    let mut headers: Vec<(&str, Value)> = vec![
        ("cloudEvents_specversion", "1.0".into()),
        ("cloudEvents_id", "a-1".into()),
        ("cloudEvents_source", "/elsewhere".into()),
        ("cloudEvents_type", OPENED.into()),
    ];
    for (name, value) in more {
        headers.retain(|(known, _)| known != name);
        headers.push((name, value.clone()));
    }
    delivered(Some(content_type), &headers, body)
}

/// An event of another maker's, in structured mode, with these members changed.
pub(crate) fn structured(changes: Json) -> Envelope {
    let mut event = json!({
        "specversion": "1.0", "id": "a-1", "source": "/elsewhere", "type": OPENED,
    });
    for (name, value) in changes.as_object().unwrap() {
        event[name] = value.clone();
    }
    of_text(&event.to_string())
}

pub(crate) fn of_text(body: &str) -> Envelope {
    delivered(
        Some("application/cloudevents+json; charset=utf-8"),
        &[],
        body,
    )
}

pub(crate) fn refusal(envelope: &Envelope) -> CloudEventsError {
    match dialect().data(envelope).unwrap_err() {
        DecodeError::Dialect { source, .. } => *source.downcast().unwrap(),
        other => panic!("{other}"),
    }
}
