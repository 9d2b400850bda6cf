//! What the real wazo-bus library wrote, this dialect writes: `vectors/README.md` tells the origin.

use serde_json::{Map, Value, json};
use trunkline_core::{
    Audience, Dialect, DynamicEvent, Envelope, EventView, Headers, PublishExtras, UserId, ValueKind,
};
use trunkline_wazo::{LocalTime, Wazo, decode_line, encode_line};

fn vectors() -> Vec<Value> {
    let lines = include_str!("../vectors/wazo-vectors.jsonl").lines();
    let vectors: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(vectors.len(), 369);
    vectors
}

fn written() -> impl Iterator<Item = (Value, Value)> {
    vectors()
        .into_iter()
        .filter(|vector| vector.get("expect").is_some())
        .map(|vector| {
            let line = encode_line(&vector.to_string()).unwrap_or_else(|error| {
                panic!("{}: {}: {error}", vector["id"], error.field());
            });
            (vector, serde_json::to_value(line).unwrap())
        })
}

#[test]
fn every_recorded_event_is_written_as_recorded() {
    let mut count = 0;
    for (vector, wire) in written() {
        let expect = &vector["expect"];
        for part in ["headers", "payload", "routing_key", "event_routing_key"] {
            assert_eq!(wire[part], expect[part], "{}: {part}", vector["id"]);
        }
        count += 1;
    }
    assert_eq!(count, 363);
}

#[test]
fn every_recorded_refusal_is_refused_with_its_field() {
    let fields = [
        ("edge/nested_missing", "routing_key_fmt"),
        ("edge/missing_variable", "routing_key_fmt"),
        ("edge/user_uuids_not_a_variable", "routing_key_fmt"),
        ("edge/tenant_none", "tenant_uuid"),
        ("edge/extra_headers_not_key_vars", "routing_key_fmt"),
        ("edge/initial_data_not_key_vars", "routing_key_fmt"),
    ];
    let refused: Vec<_> = vectors()
        .into_iter()
        .filter(|vector| vector.get("expect_error").is_some())
        .collect();
    assert_eq!(refused.len(), fields.len());
    for (vector, (id, field)) in refused.iter().zip(fields) {
        assert_eq!(vector["id"], id);
        let error = encode_line(&vector.to_string()).unwrap_err();
        assert_eq!(error.field(), field, "{id}: {error}");
    }
}

/// An object that remembers whether a name came twice.
fn names_of(json: &str) -> Vec<String> {
    struct Names;
    impl<'de> serde::de::Visitor<'de> for Names {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while let Some((name, serde::de::IgnoredAny)) = map.next_entry()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(json), Names)
        .unwrap()
}

#[test]
fn a_body_names_every_key_once() {
    for vector in vectors()
        .iter()
        .filter(|vector| vector.get("expect").is_some())
    {
        let wire = encode_line(&vector.to_string()).unwrap();
        let mut names = names_of(wire.payload.get());
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}", vector["id"]);
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Publishes a vector the way a service does: an event, a dialect, extras.
fn publish(vector: &Value) -> Result<Envelope, Box<dyn std::error::Error>> {
    let text = |key: &str| vector[key].as_str().map(str::to_owned);
    let tenant = || text("tenant_uuid").ok_or("tenant");
    let audience = match vector["level"].as_str() {
        Some("service") => Audience::Service,
        Some("tenant") => Audience::Tenant(tenant()?.into()),
        Some("user") => Audience::User {
            tenant: tenant()?.into(),
            user: text("user_uuid").map(UserId::from),
        },
        _ => {
            let users = vector["user_uuids"].as_array().into_iter().flatten();
            Audience::users(tenant()?, users.filter_map(Value::as_str))
        }
    };
    let key = text("routing_key_fmt").unwrap();
    let mut event = DynamicEvent::new(text("name").unwrap(), key, audience)?
        .with_content(&vector["content"])?;
    if let Some(acl) = text("required_acl_fmt") {
        event = event.with_required_acl(acl)?;
    }
    for (name, value) in object(&vector["extra_vars"]) {
        event = event.with_attribute(name, value);
    }
    let mut extras = PublishExtras::default();
    for (name, value) in object(&vector["extra_headers"]) {
        extras
            .headers
            .insert(&name, trunkline_core::Value::try_from(value)?)?;
    }
    extras.initial_data = vector["initial_data"].as_object().cloned();
    extras.routing_key = text("routing_key_override");
    let now: LocalTime = vector["now"].as_str().unwrap().parse()?;
    let mut wazo = Wazo::new().with_clock(move || now);
    if let Some(origin) = text("service_uuid") {
        wazo = wazo.with_origin(origin);
    }
    Ok(wazo.encode(&EventView::new(&event, &extras))?)
}

#[test]
fn a_published_event_is_the_recorded_message() {
    for vector in vectors() {
        let published = publish(&vector);
        let Some(expect) = vector.get("expect") else {
            assert!(published.is_err(), "{}", vector["id"]);
            continue;
        };
        let envelope = published.unwrap_or_else(|error| panic!("{}: {error}", vector["id"]));
        let headers = Value::try_from(envelope.headers()).unwrap();
        assert_eq!(headers, expect["headers"], "{}", vector["id"]);
        let body: Value = serde_json::from_slice(envelope.body()).unwrap();
        assert_eq!(body, expect["payload"], "{}", vector["id"]);
        assert_eq!(
            envelope.routing_key().as_str(),
            expect["routing_key"],
            "{}",
            vector["id"]
        );
        check_kinds(envelope.headers());
        let properties = envelope.properties();
        assert_eq!(properties.content_type(), Some("application/json"));
        assert_eq!(properties.content_encoding(), Some("utf-8"));
        assert_eq!(
            (properties.persistent(), properties.priority()),
            (true, Some(0))
        );
    }
}

/// The kinds that clients and brokers match by.
fn check_kinds(headers: &Headers) {
    for (name, value) in headers.iter() {
        let wanted = match name {
            "name" | "timestamp" | "required_acl" | "required_access" | "tenant_uuid" => {
                ValueKind::Text
            }
            "origin_uuid" if value.as_text().is_none() => ValueKind::Null,
            "conference_id" => ValueKind::Int,
            _ if name.starts_with("user_uuid:") => ValueKind::Bool,
            _ => continue,
        };
        assert_eq!(value.kind(), wanted, "{name}");
    }
}

#[test]
fn name_audience_and_data_come_back() {
    let wazo = Wazo::new();
    for vector in vectors()
        .iter()
        .filter(|vector| vector.get("expect").is_some())
    {
        let envelope = publish(vector).unwrap();
        assert_eq!(
            wazo.event_name(&envelope).as_deref(),
            vector["name"].as_str()
        );
        let data: Value = serde_json::from_str(&wazo.data(&envelope).unwrap()).unwrap();
        assert_eq!(data, vector["expect"]["data"], "{}", vector["id"]);
        let audience = wazo.audience(&envelope).unwrap();
        let tenant = audience.tenant().map(|tenant| tenant.as_str());
        assert_eq!(
            tenant,
            vector["expect"]["headers"]["tenant_uuid"].as_str(),
            "{}",
            vector["id"]
        );
    }
}

/// What the wire keeps of a described event.
fn kept(vector: &Value) -> Value {
    let mut kept = vector.clone();
    let users = vector["user_uuids"].as_array().cloned().unwrap_or_default();
    // One of several users is a user; everyone among them is the tenant.
    match (vector["level"].as_str(), &users[..]) {
        (Some("multi_user"), []) => kept["level"] = json!("user"),
        (Some("multi_user"), [user]) => {
            kept["level"] = json!("user");
            kept["user_uuid"] = user.clone();
        }
        _ => {}
    }
    kept
}

#[test]
fn a_described_event_comes_back_from_the_wire() {
    for (vector, wire) in written() {
        let id = &vector["id"];
        if id == "edge/extra_headers_on_service" {
            continue; // Tenant and user headers that only the publisher knows are its own.
        }
        let back = serde_json::to_value(decode_line(&wire.to_string()).unwrap()).unwrap();
        let kept = kept(&vector);
        for field in [
            "level",
            "name",
            "tenant_uuid",
            "user_uuid",
            "service_uuid",
            "now",
        ] {
            assert_eq!(back[field], kept[field], "{id}: {field}");
        }
        assert_eq!(back["content"], vector["expect"]["data"], "{id}");
        let own = [
            "name",
            "origin_uuid",
            "timestamp",
            "required_acl",
            "required_access",
        ];
        let mut extra = object(&vector["extra_headers"]);
        extra.extend(object(&vector["extra_vars"]));
        extra.retain(|name, _| {
            !own.contains(&name.as_str()) && name != "tenant_uuid" && name != "user_uuid:*"
        });
        assert_eq!(back["extra_vars"], Value::Object(extra), "{id}");
    }
}

#[test]
fn a_decoded_event_written_again_is_the_same_message() {
    for (vector, wire) in written() {
        let event = decode_line(&wire.to_string()).unwrap();
        let line = serde_json::to_string(&event).unwrap();
        let again = serde_json::to_value(encode_line(&line).unwrap()).unwrap();
        for part in ["headers", "payload", "routing_key"] {
            assert_eq!(again[part], wire[part], "{}: {part}", vector["id"]);
        }
    }
}
