//! Typed events, through the dialect and back.

use serde_json::{Value, json};
use trunkline_core::{
    Audience, Dialect, DialectExt, DynamicEvent, EncodeError, Event, EventView, Outgoing,
    PublishExtras, TenantEvent, UserId,
};
use trunkline_kazoo::{Kazoo, KazooError, events::*};

use crate::support::{ACME, OTHER, call, of_call, samples};

fn kazoo() -> Kazoo {
    Kazoo::new("ivr", "1.0").with_node("ivr@apps1")
}

fn encode(event: &dyn Outgoing) -> Result<trunkline_core::Envelope, EncodeError> {
    kazoo().encode(&EventView::new(event, &PublishExtras::default()))
}

fn refusal(event: &dyn Outgoing) -> KazooError {
    match encode(event).unwrap_err() {
        EncodeError::Dialect { source, .. } => *source.downcast::<KazooError>().unwrap(),
        other => panic!("{other}"),
    }
}

fn body(envelope: &trunkline_core::Envelope) -> Value {
    serde_json::from_slice(envelope.body()).unwrap()
}

#[test]
fn a_published_event_is_a_message_kazoo_accepts() {
    let event = ChannelAnswer::new("leg.1").with("Call-Direction", "inbound");
    let envelope = encode(&event.for_tenant(ACME)).unwrap();
    assert_eq!(
        envelope.routing_key().as_str(),
        "call.CHANNEL_ANSWER.leg%2E1"
    );
    assert_eq!(envelope.headers().text("call-id"), Some("leg.1"));
    assert_eq!(envelope.headers().len(), 1);
    assert_eq!(
        envelope.properties().content_type(),
        Some("application/json")
    );
    assert_eq!(envelope.properties().content_encoding(), None);
    let mut message = body(&envelope);
    let id = message.as_object_mut().unwrap().remove("Msg-ID").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 32);
    assert_eq!(
        message,
        json!({"App-Name": "ivr", "App-Version": "1.0", "Node": "ivr@apps1", "Call-ID": "leg.1",
            "Event-Category": "call_event", "Event-Name": "CHANNEL_ANSWER",
            "Call-Direction": "inbound", "Custom-Channel-Vars": {"Account-ID": ACME}})
    );
}

#[test]
fn name_audience_and_data_come_back() {
    let kazoo = kazoo();
    let event = ParkParked::new("c").with("Parking-Slot", "101");
    let envelope = encode(&event.clone().for_tenant(ACME)).unwrap();
    assert_eq!(kazoo.event_name(&envelope).as_deref(), Some("PARK_PARKED"));
    assert_eq!(
        kazoo.audience(&envelope).unwrap(),
        Audience::Tenant(ACME.into())
    );
    let back: ParkParked = kazoo.decode(&envelope).unwrap();
    assert_eq!(back.slot(), Some("101"));
    assert_eq!(back.account_id().as_deref(), Some(ACME));
    let own = DynamicEvent::user("CUSTOM", "", ACME, "u1").unwrap();
    let own = own.with_content(&json!({"Call-ID": "c"})).unwrap();
    let envelope = encode(&own).unwrap();
    assert_eq!(kazoo.event_name(&envelope).as_deref(), Some("CUSTOM"));
    let user = Some(UserId::from("u1"));
    assert_eq!(
        kazoo.audience(&envelope).unwrap(),
        Audience::User {
            tenant: ACME.into(),
            user
        }
    );
}

#[test]
fn the_samples_are_read_with_the_kinds_they_came_with() {
    let kazoo = kazoo();
    let samples = samples();
    let created: ChannelCreate = kazoo.decode(&of_call(&samples[0])).unwrap();
    assert_eq!(created.direction(), Some("inbound"));
    assert_eq!(created.request(), Some("*97@wefwefwefwef.2600hz.com"));
    assert_eq!(created.unix_time(), Some(1_443_672_756));
    assert_eq!(
        created.channel_variable("Realm").as_deref(),
        Some("wefwefwefwef.2600hz.com")
    );
    let ended: ChannelDestroy = kazoo.decode(&of_call(&samples[1])).unwrap();
    assert_eq!(ended.get("Billing-Seconds"), Some(&json!("31")));
    assert_eq!(ended.billed().unwrap().as_secs(), 31);
    assert_eq!(ended.duration().unwrap().as_secs(), 32);
    assert_eq!(ended.hangup_cause(), Some("NORMAL_CLEARING"));
    let mut number = samples[1].clone();
    number["Billing-Seconds"] = json!(31);
    let ended: ChannelDestroy = kazoo.decode(&of_call(&number)).unwrap();
    assert_eq!(ended.get("Billing-Seconds"), Some(&json!(31)));
    assert_eq!(ended.billed().unwrap().as_secs(), 31);
}

#[test]
fn nothing_is_dropped_on_receipt_and_unknown_keys_stay() {
    let mut message = call("CHANNEL_BRIDGE", "c", Some(ACME));
    message["Bridge-A-Unique-ID"] = json!("x");
    message["To-URI"] = json!({"deep": [1, 2.5, null]});
    let event: ChannelBridge = kazoo().decode(&of_call(&message)).unwrap();
    assert_eq!(event.get("Bridge-A-Unique-ID"), Some(&json!("x")));
    let written = serde_json::to_value(&event).unwrap();
    for (key, value) in message.as_object().unwrap() {
        let platform = [
            "Event-Category",
            "Event-Name",
            "App-Name",
            "App-Version",
            "Msg-ID",
            "Node",
        ];
        if !platform.contains(&key.as_str()) {
            assert_eq!(written[key], *value, "{key}");
        }
    }
}

#[test]
fn an_event_that_says_another_account_or_user_is_refused() {
    let named = ChannelHold::new("c").with("Custom-Channel-Vars", json!({"Account-ID": OTHER}));
    assert!(matches!(
        refusal(&named.for_tenant(ACME)),
        KazooError::Audience {
            field: "Account-ID"
        }
    ));
    let owned = json!({"Call-ID": "c", "Custom-Channel-Vars": {"Owner-ID": "u2"}});
    let event = DynamicEvent::user("X", "", ACME, "u1")
        .unwrap()
        .with_content(&owned)
        .unwrap();
    assert!(matches!(
        refusal(&event),
        KazooError::Audience { field: "Owner-ID" }
    ));
    let of_account = json!({"Call-ID": "c", "Custom-Channel-Vars": {"Account-ID": ACME}});
    let event = DynamicEvent::service("X", "")
        .unwrap()
        .with_content(&of_account)
        .unwrap();
    assert!(matches!(
        refusal(&event),
        KazooError::Audience {
            field: "Account-ID"
        }
    ));
    let several = Audience::users(ACME, ["u1", "u2"]);
    let event = DynamicEvent::new("X", "", several)
        .unwrap()
        .with_content(&json!({"Call-ID": "c"}));
    assert!(matches!(refusal(&event.unwrap()), KazooError::SeveralUsers));
}

#[test]
fn an_event_without_its_call_and_one_of_another_kind_are_refused() {
    let event = ChannelHold::default();
    assert!(matches!(
        refusal(&event.for_tenant(ACME)),
        KazooError::Missing { field: "Call-ID" }
    ));
    let event = ChannelHold::new("c").with("Custom-Channel-Vars", "nope");
    assert!(matches!(
        refusal(&event.for_tenant(ACME)),
        KazooError::Kind {
            field: "Custom-Channel-Vars",
            ..
        }
    ));
    let mut extras = PublishExtras::default();
    extras.routing_key = Some("call.CHANNEL_ANSWER.c".into());
    let event = ChannelHold::new("c").for_tenant(ACME);
    let error = kazoo()
        .encode(&EventView::new(&event, &extras))
        .unwrap_err();
    assert!(matches!(error, EncodeError::Dialect { .. }));
    let event = ChannelHold::new("x".repeat(300)).for_tenant(ACME);
    assert!(matches!(
        encode(&event),
        Err(EncodeError::RoutingKey { .. })
    ));
}

#[test]
fn platform_headers_may_be_given_and_others_travel_beside_the_message() {
    let mut extras = PublishExtras::default();
    extras.headers.insert("Msg-ID", "m-1").unwrap();
    extras.headers.insert("x", 7).unwrap();
    extras.initial_data = json!({"To": "a@b", "Call-ID": "beneath"})
        .as_object()
        .cloned();
    let event = ChannelHold::new("c").for_tenant(ACME);
    let envelope = kazoo().encode(&EventView::new(&event, &extras)).unwrap();
    let message = body(&envelope);
    assert_eq!(
        (&message["Msg-ID"], &message["To"], &message["Call-ID"]),
        (&json!("m-1"), &json!("a@b"), &json!("c"))
    );
    assert!(envelope.headers().contains("x") && !envelope.headers().contains("Msg-ID"));
}

#[test]
fn other_families_are_events_too() {
    let fax = FaxStatus::default()
        .with("Job-ID", "j1")
        .with("Fax-State", "send")
        .with("Page", "2");
    let envelope = encode(&fax.for_tenant(ACME)).unwrap();
    assert_eq!(
        envelope.routing_key().as_str(),
        format!("fax.status.{ACME}.j1")
    );
    assert_eq!(body(&envelope)["Account-ID"], ACME);
    let kazoo = kazoo();
    assert_eq!(kazoo.event_name(&envelope).as_deref(), Some("status"));
    assert_eq!(
        kazoo.audience(&envelope).unwrap(),
        Audience::Tenant(ACME.into())
    );
    let back: FaxStatus = kazoo.decode(&envelope).unwrap();
    assert_eq!((back.job_id(), back.page()), (Some("j1"), Some(2)));
}

#[test]
fn bindings_bring_the_keys_their_events_have() {
    let kazoo = kazoo();
    let wants = |name: &str, key: &str| {
        let binding = kazoo.binding_for(name);
        assert!(
            binding.name().is_none() && !binding.is_everything(),
            "{name}"
        );
        binding.keys().iter().any(|pattern| pattern.matches(key))
    };
    assert!(wants(ChannelHold::NAME, "call.CHANNEL_HOLD.a%2Eb"));
    assert!(!wants(ChannelHold::NAME, "call.CHANNEL_UNHOLD.a"));
    assert!(wants("kazoo::noop", "call.kazoo::noop.a"));
    assert!(wants(
        ConferenceEvent::NAME,
        "conference.event.lock.acc.c.leg"
    ));
    assert!(wants(FaxStatus::NAME, "fax.status.*.f"));
    assert!(wants(DocCreated::NAME, "doc_created.db.user.id"));
    assert!(wants(DbDeleted::NAME, "db_deleted.db.database.id"));
    assert!(wants(MwiUpdate::NAME, "mwi_updates.r.u") && wants(DialogUpdate::NAME, "dialog.r.c"));
    assert!(wants(PresenceUpdate::NAME, "update.r.c"));
}
