//! What the way of an event may allocate.
//!
//! Counted are calls to the allocator made on the thread of the test, where the service's task
//! runs, too: all of them between the moment a published event waits in its queue and the moment
//! it is acked. Services are warm: their queues and lists have grown to their size.

#![allow(clippy::unwrap_used, reason = "a test may")]

use allocation_counter::measure;
use bytes::Bytes;
use tokio::runtime::{Builder, Runtime};
use trunkline_core::{
    Ending, Envelope, PublishOptions, Publisher, RoutingKey, RunningService, Service,
};

mod support;

const EVENTS: u64 = 64;

fn envelope(name: &str, body: Bytes) -> Envelope {
    let key = RoutingKey::new("calls.42.created").unwrap();
    let envelope = Envelope::new(key, body).with_header("name", name).unwrap();
    envelope.with_header("tenant", "acme").unwrap()
}

async fn handle(envelope: Envelope) {
    assert!(!envelope.body().is_empty());
}

/// A service of one raw handler of `call_created`, to which everything is delivered.
struct Warm {
    runtime: Runtime,
    running: RunningService,
    published: u64,
}

impl Warm {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let (_, _, bus) = support::memory_bus();
        let service = Service::builder("calld", bus)
            .on_name("call_created", handle)
            // The dispatcher looks closer than a broker can be asked to.
            .on_name("never_*", handle);
        let running = runtime.block_on(service.build().unwrap().start()).unwrap();
        let mut warm = Self {
            runtime,
            running,
            published: 0,
        };
        for _ in 0..10 {
            // What is found for a name is remembered once it has been seen twice.
            for name in ["call_created", "call_ended"] {
                warm.publish(name, &Bytes::from_static(b"{}"));
                warm.handle();
            }
        }
        warm
    }

    /// Publishes without letting the service run; gives the allocations of publishing.
    fn publish(&mut self, name: &str, body: &Bytes) -> u64 {
        let publisher: Publisher = self.running.publisher();
        let envelopes: Vec<_> = (0..EVENTS).map(|_| envelope(name, body.clone())).collect();
        self.published += EVENTS;
        let publish = async move {
            for envelope in envelopes {
                let published = publisher.publish_envelope(envelope, PublishOptions::new());
                published.await.unwrap();
            }
        };
        measure(|| self.runtime.block_on(publish)).count_total
    }

    /// Lets the service run until all is settled; gives the allocations of that.
    fn handle(&self) -> u64 {
        let handle = self.running.handle();
        let settled = handle.settled(self.published);
        measure(|| self.runtime.block_on(settled)).count_total
    }

    fn ended(&self, ending: &Ending) -> u64 {
        self.running.handle().ended(ending)
    }
}

#[test]
fn dispatch_to_an_inline_handler_allocates_the_boxed_future_and_nothing_else() {
    let mut service = Warm::new();
    let before = service.ended(&Ending::Acked);
    service.publish("call_created", &Bytes::from_static(b"{}"));
    assert_eq!(service.handle(), EVENTS, "one box for each event's handler");
    assert_eq!(service.ended(&Ending::Acked) - before, EVENTS);
}

#[test]
fn publishing_an_envelope_allocates_nothing() {
    let mut service = Warm::new();
    let body = Bytes::from_static(b"{}");
    assert_eq!(service.publish("call_created", &body), 0);
}

#[test]
fn an_event_nobody_handles_allocates_nothing_whatever_its_size() {
    let mut service = Warm::new();
    for size in [2, 300, 1 << 20] {
        let before = service.ended(&Ending::Unhandled);
        service.publish("call_ended", &Bytes::from(vec![b' '; size]));
        assert_eq!(service.handle(), 0, "{size} bytes");
        assert_eq!(service.ended(&Ending::Unhandled) - before, EVENTS);
    }
}

#[test]
fn cloning_an_envelope_allocates_nothing() {
    let envelope = envelope("call_created", Bytes::from(vec![b' '; 300]));
    let mut clones = Vec::with_capacity(100);
    let allocated = measure(|| clones.extend((0..100).map(|_| envelope.clone())));
    assert_eq!(allocated.count_total, 0);
    let bodies = clones.iter().map(|clone| clone.body().as_ptr());
    assert!(
        bodies
            .into_iter()
            .all(|body| body == envelope.body().as_ptr()),
        "no body is copied"
    );
}
