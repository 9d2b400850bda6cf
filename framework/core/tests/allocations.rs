//! What one event costs the allocator on its way to a handler.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use support::memory_bus;
use trunkline_core::{Binding, Bus, Envelope, RoutingKey, Service, SubscribeOptions};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const EVENTS: u64 = 10_000;
/// What may be allocated once, however many events there are: tables that grow, the runtime.
const ONCE: u64 = 200;

fn envelope(name: &str, body: Bytes) -> Envelope {
    Envelope::new(RoutingKey::new("calls.42.created").unwrap(), body)
        .with_header("name", name)
        .unwrap()
}

fn blocks() -> u64 {
    dhat::HeapStats::get().total_blocks
}

/// Fills the group of a service that does not run yet.
async fn wait_in_group(bus: &Bus, group: &str, envelope: &Envelope) {
    let options = SubscribeOptions::group(group, [Binding::everything()]);
    let joined = bus
        .subscribe(options.with_max_unread(usize::MAX))
        .await
        .unwrap();
    joined.close().await.unwrap();
    for _ in 0..EVENTS {
        bus.publisher()
            .publish_envelope(envelope.clone(), Default::default())
            .await
            .unwrap();
    }
}

/// Allocations from the start of a service to the end of the last event that waited for it.
async fn allocations_of(group: &str, envelope: &Envelope) -> u64 {
    let (_broker, _memory, bus) = memory_bus();
    wait_in_group(&bus, group, envelope).await;
    let handled = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&handled);
    let handler = move |_envelope: Envelope| {
        count.fetch_add(1, Ordering::Relaxed);
        async {
            // Something to keep: an empty future would be boxed without an allocation.
            tokio::task::consume_budget().await;
        }
    };
    let service = Service::builder(group, bus)
        .on_name("call_created", handler)
        // A pattern has the broker deliver everything, also what nobody wants.
        .on_name("nothing_*", |_envelope: Envelope| async {})
        .build()
        .unwrap();
    let before = blocks();
    let running = service.start().await.unwrap();
    running.handle().settled(EVENTS).await;
    let allocated = blocks() - before;
    assert!([0, EVENTS].contains(&handled.load(Ordering::Relaxed)));
    allocated
}

// One test: the allocator counts for the whole process.
#[tokio::test]
async fn an_inline_handler_costs_its_boxed_future_and_an_unwanted_event_nothing() {
    let _profiler = dhat::Profiler::builder().testing().build();

    let wanted = envelope("call_created", Bytes::from_static(b"{}"));
    let handled = allocations_of("wanted", &wanted).await;
    assert!(
        handled <= EVENTS + ONCE,
        "{handled} allocations for {EVENTS} events"
    );
    assert!(
        handled >= EVENTS,
        "{handled}: the handlers' futures were not counted"
    );

    for bytes in [2, 1_000_000] {
        let body = Bytes::from(vec![b'x'; bytes]);
        let unwanted = allocations_of("unwanted", &envelope("chat_created", body)).await;
        assert!(
            unwanted <= ONCE,
            "{unwanted} allocations for {EVENTS} events of {bytes} bytes"
        );
    }

    let before = blocks();
    let copies: [Envelope; 16] = std::array::from_fn(|_| wanted.clone());
    assert_eq!(
        blocks() - before,
        0,
        "cloning an envelope allocates nothing"
    );
    drop(copies);
}
