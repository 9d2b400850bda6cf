//! CloudEvents through services, on the in-memory transport.

use std::sync::{Arc, Mutex};

use serde_json::json;
use trunkline_cloudevents::CloudEvents;
use trunkline_core::{
    Audience, Binding, Bus, DeadReason, EventName, HandlerError, PublishOptions, Service, TenantId,
    Transport,
};
use trunkline_memory::MemoryBroker;

use crate::support::{OPENED, delivered, dialects, encode, opened, structured};

#[tokio::test(start_paused = true)]
async fn events_of_every_mode_and_prefix_reach_the_handler_of_their_name() {
    let memory = MemoryBroker::new().connect();
    let bus = Bus::new(
        Arc::new(memory.clone()),
        CloudEvents::new("/notes").unwrap(),
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let note = move |name: EventName, tenant: TenantId| {
        log.lock().unwrap().push(format!("{name} {tenant}"));
        async { Ok::<(), HandlerError>(()) }
    };
    let service = Service::builder("notes", bus.clone())
        .on_name(OPENED, note)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let event = opened(Audience::Tenant("acme".into()));
    for dialect in dialects() {
        let envelope = encode(&dialect, &event);
        memory
            .publish(envelope, PublishOptions::new())
            .await
            .unwrap();
    }
    bus.publisher().publish(&event).await.unwrap();
    service.handle().settled(6).await;
    assert_eq!(*seen.lock().unwrap(), vec![format!("{OPENED} acme"); 6]);
    service.drain().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_a_dead_letter_to_whom_asks_for_all() {
    let memory = MemoryBroker::new().connect();
    let bus = Bus::new(
        Arc::new(memory.clone()),
        CloudEvents::new("/notes").unwrap(),
    );
    let service = Service::builder("notes", bus.clone())
        .group("notes")
        .on_binding(Binding::everything(), |_: Audience| async {})
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let of_type = |content_type| delivered(Some(content_type), &[], "[]");
    for envelope in [
        of_type("application/cloudevents-batch+json"),
        of_type("application/cloudevents+avro"),
        of_type("text/plain"),
        structured(json!({"data": {}})),
    ] {
        memory
            .publish(envelope, PublishOptions::new())
            .await
            .unwrap();
    }
    service.handle().settled(4).await;
    let letters = memory.dead_letters("notes").await.unwrap();
    let letters = letters.list(None, 10).await.unwrap();
    assert_eq!(letters.len(), 3, "{letters:?}");
    for (letter, words) in letters.iter().zip(["batch", "avro", "nothing says"]) {
        assert_eq!(letter.reason, DeadReason::Undecodable);
        assert!(letter.error.contains(words), "{}", letter.error);
    }
    service.drain().await.unwrap();
}
