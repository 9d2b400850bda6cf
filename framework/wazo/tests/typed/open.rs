//! Events of open names.

use serde_json::Value;
use trunkline_wazo::events::{
    NamedEvent,
    amid::AmiEvent,
    confd::{UsersForwardsUpdated, UsersServicesUpdated},
};

use crate::check;

/// Checks a recorded event whose name is open.
pub(crate) fn check(vector: &Value) {
    let class = vector["id"].as_str().unwrap();
    let content = || vector["content"].clone();
    let part = |variable: &str| vector["extra_vars"][variable].as_str().unwrap();
    let audience = check::audience(vector);
    if class.contains("AMIEvent") {
        let content: AmiEvent = serde_json::from_value(content()).unwrap();
        let name = vector["name"].as_str().unwrap();
        check::agrees(vector, &NamedEvent::new(name, audience, content));
    } else if class.contains("UserForwardEditedEvent") {
        let content: UsersForwardsUpdated = serde_json::from_value(content()).unwrap();
        check::agrees(
            vector,
            &NamedEvent::new(part("forward_name"), audience, content),
        );
    } else if class.contains("UserServiceEditedEvent") {
        let content: UsersServicesUpdated = serde_json::from_value(content()).unwrap();
        check::agrees(
            vector,
            &NamedEvent::new(part("service_name"), audience, content),
        );
    } else {
        panic!("{class} has no type");
    }
}

#[test]
fn an_event_of_an_open_name_is_bound_by_what_is_fixed() {
    let forwards = NamedEvent::<UsersForwardsUpdated>::binding();
    assert!(
        forwards
            .name()
            .unwrap()
            .matches("users_forwards_anything_updated")
    );
    assert!(
        !forwards
            .name()
            .unwrap()
            .matches("users_services_dnd_updated")
    );
    let ami = NamedEvent::<AmiEvent>::binding();
    assert!(ami.keys()[0].matches("ami.QueueMemberStatus"));
    assert!(!ami.keys()[0].matches("calls.ami"));
}

#[tokio::test(start_paused = true)]
async fn events_of_open_names_reach_a_handler_with_their_part() {
    use std::sync::{Arc, Mutex};
    use trunkline_core::{Audience, Bus, Service};

    let transport = trunkline_memory::MemoryBroker::new().connect();
    let bus = Bus::new(Arc::new(transport), trunkline_wazo::Wazo::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let handler = move |event: NamedEvent<AmiEvent>| {
        let queue = event.content().rest.get("Queue").cloned();
        log.lock().unwrap().push((event.part().to_owned(), queue));
        async {}
    };
    let service = Service::builder("ami", bus.clone())
        .on_binding(NamedEvent::<AmiEvent>::binding(), handler)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let mut fields = AmiEvent::default();
    fields.rest.insert("Queue", "support");
    let event = NamedEvent::new("Queue.Member", Audience::Service, fields);
    bus.publisher().publish(&event).await.unwrap();
    service.handle().settled(1).await;
    let expected = ("Queue.Member".to_owned(), Some(Value::from("support")));
    assert_eq!(*seen.lock().unwrap(), [expected]);
}
