//! What typed contents keep.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use trunkline_core::{
    Bus, Dialect, DynamicEvent, Event, EventView, PublishExtras, Service, TenantEvent, TenantId,
};
use trunkline_wazo::Wazo;
use trunkline_wazo::events::{auth, calld, confd, plugind};

fn round_trip<E: Event>(content: &Value) -> Value {
    let event: E = serde_json::from_value(content.clone()).unwrap();
    serde_json::to_value(&event).unwrap()
}

/// Serde and the dialect write the same.
fn written_alike<E: Event>(content: &Value) {
    let event: E = serde_json::from_value(content.clone()).unwrap();
    let mut text = Vec::new();
    trunkline_core::Content::write_json(&event, &mut text).unwrap();
    let written = serde_json::to_vec(&event).unwrap();
    assert_eq!(String::from_utf8(text), String::from_utf8(written));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "([a-z]|\\PC|[\"\\\\\t]){0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("(id|uuid|name|call|[a-z]{1,3})", inner, 0..4)
                .prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_comes_is_written_again(
        content in proptest::collection::btree_map(
            "(call_id|status|on_hold|talking_to|creation_time|lines|call|id|application_uuid|errors|uuid|[a-z]{1,4})",
            any_json(), 0..8,
        ),
    ) {
        let content = json!(content);
        written_alike::<calld::CallUpdated>(&content);
        written_alike::<calld::ApplicationCallEntered>(&content);
        written_alike::<plugind::PluginInstallProgress>(&content);
        prop_assert_eq!(&round_trip::<calld::CallUpdated>(&content), &content);
        prop_assert_eq!(&round_trip::<calld::ApplicationCallEntered>(&content), &content);
        prop_assert_eq!(&round_trip::<confd::UserLineAssociated>(&content), &content);
        prop_assert_eq!(&round_trip::<plugind::PluginInstallProgress>(&content), &content);
    }
}

#[test]
fn a_value_of_another_kind_is_kept_beside_its_field() {
    let event: confd::AgentCreated =
        serde_json::from_value(json!({"id": "seven", "new": 1})).unwrap();
    assert_eq!(event.id, None);
    assert_eq!(event.rest.get("id"), Some(&json!("seven")));
    assert_eq!(event.rest.get("new"), Some(&json!(1)));
    let mut event = event;
    event.id = Some(7);
    // A field that is set goes before what was kept.
    assert_eq!(
        serde_json::to_value(&event).unwrap(),
        json!({"id": 7, "new": 1})
    );
}

#[test]
fn null_and_absent_are_told_apart_on_the_wire_and_alike_for_readers() {
    let null: confd::AgentCreated = serde_json::from_value(json!({"id": null})).unwrap();
    let absent: confd::AgentCreated = serde_json::from_value(json!({})).unwrap();
    assert_eq!(null, absent);
    assert_eq!(serde_json::to_value(&null).unwrap(), json!({"id": null}));
    assert_eq!(serde_json::to_value(&absent).unwrap(), json!({}));
    assert_eq!(
        serde_json::to_value(confd::AgentCreated::default()).unwrap(),
        json!({"id": null})
    );
}

#[test]
fn a_field_the_library_may_leave_out_is_left_out() {
    let event = plugind::PluginInstallProgress::default();
    let written = serde_json::to_value(event).unwrap();
    assert!(!written.as_object().unwrap().contains_key("errors"));
}

#[test]
fn an_event_is_shown_with_its_name_and_what_it_says() {
    let event = confd::AgentCreated {
        id: Some(7),
        ..Default::default()
    };
    assert_eq!(format!("{event:?}"), "AgentCreated { id: 7 }");
}

#[tokio::test(start_paused = true)]
async fn an_event_of_an_old_name_reaches_the_handler_of_the_present_one() {
    let transport = trunkline_memory::MemoryBroker::new().connect();
    let bus = Bus::new(Arc::new(transport), Wazo::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let service = Service::builder("tenants", bus.clone())
        .on(move |event: auth::AuthTenantAdded, tenant: TenantId| {
            log.lock().unwrap().push((event.name.unwrap(), tenant));
            async {}
        })
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let old = DynamicEvent::tenant("auth_tenant_created", "auth.tenants.x.created", "t1").unwrap();
    let old = old
        .with_content(&json!({"uuid": "t1", "name": "old"}))
        .unwrap();
    bus.publisher().publish(&old).await.unwrap();
    let new = auth::AuthTenantAdded {
        name: Some("new".into()),
        ..Default::default()
    };
    bus.publisher()
        .publish(&new.for_tenant("t2"))
        .await
        .unwrap();
    service.handle().settled(2).await;
    let expected = [
        ("old".to_owned(), "t1".into()),
        ("new".to_owned(), "t2".into()),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
#[allow(deprecated, reason = "it is what is tested")]
fn a_historical_event_can_be_expressed() {
    use trunkline_core::ServiceEvent;
    use trunkline_wazo::events::historical::ChatMessageSent;

    fn is_service_event<E: ServiceEvent>(event: E) -> E {
        event
    }
    let event = is_service_event(ChatMessageSent {
        wazo_uuid: Some("w".into()),
        user_uuid: Some("u.1".into()),
        ..Default::default()
    });
    let extras = PublishExtras::default();
    let envelope = Wazo::new()
        .encode(&EventView::new(&event, &extras))
        .unwrap();
    assert_eq!(
        envelope.routing_key().as_str(),
        "chat.message.w.u__DOT__1.sent"
    );
    assert!(
        !envelope.headers().contains("wazo_uuid"),
        "a variable is no header"
    );
}

#[test]
fn known_names_of_open_events_are_types_with_their_header() {
    use trunkline_core::UserEvent;
    let event = confd::UsersForwardsBusyUpdated {
        enabled: Some(true),
        ..Default::default()
    };
    let extras = PublishExtras::default();
    let event = event.for_user("t", "u");
    let envelope = Wazo::new()
        .encode(&EventView::new(&event, &extras))
        .unwrap();
    assert_eq!(envelope.headers().text("forward_name"), Some("busy"));
    assert_eq!(
        envelope.headers().text("name"),
        Some("users_forwards_busy_updated")
    );
    assert_eq!(
        envelope.routing_key().as_str(),
        "config.users.u.forwards.busy.updated"
    );
    let back: confd::UsersForwardsBusyUpdated =
        trunkline_core::DialectExt::decode(&Wazo::new(), &envelope).unwrap();
    assert!(back.rest.is_empty());
}
