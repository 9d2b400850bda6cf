//! Promises kept for any event and any bytes.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use trunkline_core::{
    Audience, Dialect, DynamicEvent, Envelope, EventView, Headers, Properties, PublishExtras,
    RoutingKey, UserId,
};
use trunkline_wazo::{Wazo, decode_line, encode_line};

use crate::common::*;

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("JSON has finite numbers", |number| {
            serde_json::Number::from_f64(number).map(Value::Number)
        }),
        any::<String>().prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn content() -> impl Strategy<Value = Map<String, Value>> {
    btree_map("[a-z]{1,3}|\\PC{0,6}", value(), 0..6)
        .prop_map(|members| members.into_iter().collect())
}

/// An attribute: a header of any kind JSON and headers share, under a name of its own.
fn attributes() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        scalar().prop_filter("headers have 63 bits", |value| {
            value
                .as_u64()
                .is_none_or(|number| i64::try_from(number).is_ok())
        }),
        vec(any::<bool>(), 0..3).prop_map(Value::from),
        btree_map("[a-z$]{1,6}", any::<i32>(), 0..3).prop_map(|table| json!(table)),
    ];
    btree_map("x[a-z_:]{0,8}", value, 0..4).prop_map(|members| members.into_iter().collect())
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{8}-[0-9a-f]{4}", "[^\\pC]{1,12}"]
        .prop_filter("everyone is no user", |id| id != "*")
}

fn audience() -> impl Strategy<Value = Audience> {
    let tenant = "\\PC{0,12}";
    prop_oneof![
        Just(Audience::Service),
        tenant.prop_map(|tenant| Audience::Tenant(tenant.into())),
        (tenant, proptest::option::of(id())).prop_map(|(tenant, user)| Audience::User {
            tenant: tenant.into(),
            user: user.map(UserId::from),
        }),
        // One of several users, or none, is a user event on the wire.
        (tenant, vec(id(), 2..5))
            .prop_filter("users differ", |(_, users)| users[1..]
                .iter()
                .any(|u| *u != users[0]))
            .prop_map(|(tenant, users)| Audience::users(tenant, users)),
    ]
}

fn bytes_of_anything() -> impl Strategy<Value = Vec<u8>> {
    let json = || value().prop_map(|value| value.to_string().into_bytes());
    let broken =
        (json(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut json, at, byte)| {
            let at = at.index(json.len());
            json[at] = byte;
            json
        });
    let body = content().prop_map(|data| {
        json!({"name": "x", "tenant_uuid": "t", "data": data})
            .to_string()
            .into_bytes()
    });
    prop_oneof![
        vec(any::<u8>(), 0..64),
        json(),
        broken,
        body,
        "[\\[\\]{}\":,ntf0-9e.]{0,40}".prop_map(String::into_bytes)
    ]
}

fn headers() -> impl Strategy<Value = Headers> {
    let name = prop_oneof![
        Just("name".to_owned()),
        Just("tenant_uuid".to_owned()),
        Just("user_uuid:*".to_owned()),
        Just("timestamp".to_owned()),
        "user_uuid:[a-c]?",
        "[a-z]{1,4}",
    ];
    btree_map(name, scalar(), 0..6).prop_map(|headers| {
        let mut made = Headers::new();
        for (name, value) in headers {
            if let Ok(value) = trunkline_core::Value::try_from(value) {
                made.insert(&name, value).unwrap();
            }
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_published_is_read_back(
        name in "[^\\pC]{1,20}",
        audience in audience(),
        content in content(),
        attributes in attributes(),
    ) {
        let mut event = DynamicEvent::new(name.clone(), "fixed.key", audience.clone())
            .unwrap()
            .with_content(&content)
            .unwrap();
        for (name, value) in attributes {
            event = event.with_attribute(name, value);
        }
        let envelope = encode(&event).unwrap();
        prop_assert_eq!(wazo().event_name(&envelope).unwrap(), name);
        prop_assert_eq!(wazo().audience(&envelope).unwrap(), audience);
        let data: Value = serde_json::from_str(&wazo().data(&envelope).unwrap()).unwrap();
        prop_assert_eq!(&data, &Value::Object(content));
        let mut body = body_of(&envelope);
        body.as_object_mut().unwrap().remove("data");
        prop_assert_eq!(body, Value::try_from(envelope.headers()).unwrap());
    }

    #[test]
    fn a_described_event_comes_back_and_is_written_the_same_again(
        audience in audience(),
        content in content(),
        initial in proptest::option::of(content()),
        attributes in attributes(),
        key in "[^\\pC{}]{0,20}",
        acl in proptest::option::of("[^\\pC{}]{0,20}"),
        origin in proptest::option::of("\\PC{0,10}"),
    ) {
        let users: Vec<_> = audience.named_users().iter().map(|user| user.as_str()).collect();
        let line = json!({
            "level": audience.level().as_str(), "name": "x", "routing_key_fmt": key,
            "required_acl_fmt": acl, "content": content, "extra_vars": attributes,
            "tenant_uuid": audience.tenant().map(|tenant| tenant.as_str()),
            "user_uuid": users.first().filter(|_| users.len() == 1),
            "user_uuids": if users.len() > 1 { json!(users) } else { Value::Null },
            "service_uuid": origin, "now": NOW, "initial_data": initial,
        });
        let wire = encode_line(&line.to_string()).unwrap();
        let wire = serde_json::to_string(&wire).unwrap();
        let event = decode_line(&wire).unwrap();
        let back = serde_json::to_value(&event).unwrap();
        for field in ["level", "name", "tenant_uuid", "user_uuid", "user_uuids", "service_uuid", "now",
            "routing_key_fmt", "extra_vars"]
        {
            prop_assert_eq!(&back[field], &line[field], "{}", field);
        }
        if acl.is_some_and(|acl| acl.strip_prefix("events.") != Some(&key)) {
            prop_assert_eq!(&back["required_acl_fmt"], &line["required_acl_fmt"]);
        }
        let mut data = initial.unwrap_or_default();
        data.extend(content);
        prop_assert_eq!(&back["content"], &Value::Object(data));
        let again = serde_json::to_string(&event.encode().unwrap()).unwrap();
        let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        prop_assert_eq!(read(&again), read(&wire));
    }

    #[test]
    fn no_bytes_and_no_headers_make_reading_panic(
        headers in headers(),
        body in bytes_of_anything(),
        key in "\\PC{0,20}",
    ) {
        let key = RoutingKey::verbatim(key).unwrap();
        let envelope = Envelope::from_parts(key, headers, Properties::new(), body);
        let wazo = wazo();
        let _ = wazo.event_name(&envelope);
        let _ = wazo.audience(&envelope);
        let _ = wazo.data(&envelope);
        if let Ok(event) = wazo.describe(&envelope) {
            let _ = event.encode();
        }
    }

    #[test]
    fn no_line_makes_encode_or_decode_panic(line in bytes_of_anything()) {
        let line = String::from_utf8_lossy(&line);
        let _ = encode_line(&line);
        let _ = decode_line(&line);
    }

    #[test]
    fn any_template_is_filled_in_or_refused(
        template in "([a-z.]|\\{[a-c]\\}|\\{[a-c]\\[[a-c0-2]\\]\\}|\\{\\{|[{}\\[\\]]){0,8}",
        content in btree_map("[a-c]", value(), 0..4),
    ) {
        let line = json!({
            "level": "service", "name": "x", "routing_key_fmt": "k", "required_acl_fmt": template,
            "content": content,
        });
        if let Err(error) = encode_line(&line.to_string()) {
            prop_assert_eq!(error.field(), "required_acl_fmt");
        }
    }

    #[test]
    fn a_key_of_texts_has_as_many_words_as_its_template(words in vec("\\PC{1,12}", 1..4)) {
        let content: Map<String, Value> =
            words.iter().enumerate().map(|(at, word)| (format!("w{at}"), json!(word))).collect();
        let template: Vec<_> = (0..words.len()).map(|at| format!("{{w{at}}}")).collect();
        let event = DynamicEvent::service("x", template.join(".")).unwrap();
        let event = event.with_content(&content).unwrap();
        let extras = PublishExtras::default();
        if let Ok(envelope) = Wazo::new().encode(&EventView::new(&event, &extras)) {
            prop_assert_eq!(envelope.routing_key().segments().count(), words.len());
            let key = envelope.routing_key().as_str();
            prop_assert!(!key.contains(['*', '#']), "{}", key);
        }
    }
}
