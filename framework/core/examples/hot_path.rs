//! The way of one event, for counting instructions: `hot_path <case> <events>`.
//!
//! Run by `tests/instructions`, twice for each case; the difference is what the further events
//! cost, without what starting costs.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use trunkline_core::{
    Bus, Envelope, Event, EventDefinition, Level, Plain, PublishOptions, RoutingKey, Service,
    SubscribeOptions, Template, TenantEvent, Transport,
};
use trunkline_memory::{Memory, MemoryBroker};

static HANDLED: AtomicU64 = AtomicU64::new(0);

async fn handle(envelope: Envelope) {
    black_box(envelope.body());
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn envelope(body: &'static [u8]) -> Envelope {
    let key = RoutingKey::new("calls.42.created").expect("a key");
    let envelope = Envelope::new(key, body);
    let envelope = envelope.with_header("name", "call_created");
    envelope
        .and_then(|envelope| envelope.with_header("tenant", "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"))
        .expect("headers")
}

/// Events a service has a handler for, or, under another name, none.
async fn service(events: u64, wanted: &str, body: &'static [u8]) {
    let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
    // A glob has the broker deliver everything, also what nobody wants.
    let service = Service::builder("calld", bus)
        .on_name(wanted, handle)
        .on_name("nothing_*", handle);
    let running = service.build().expect("a service").start().await;
    let running = running.expect("the service starts");
    let (publisher, ended) = (running.publisher(), running.handle());
    for event in 1..=events {
        let published = publisher
            .publish_envelope(envelope(body), PublishOptions::new())
            .await;
        published.expect("the envelope is published");
        if event % 64 == 0 || event == events {
            let settled = || {
                let [acked, unhandled] = [
                    trunkline_core::Ending::Acked,
                    trunkline_core::Ending::Unhandled,
                ];
                ended.ended(&acked) + ended.ended(&unhandled)
            };
            while settled() < event {
                tokio::task::yield_now().await;
            }
        }
    }
}

/// An event with a template in its key and one text, so that what is counted is not serde.
#[derive(Debug, Serialize, Deserialize)]
struct CallCreated {
    line_id: u32,
    status: String,
}

impl Event for CallCreated {
    const NAME: &'static str = "call_created";

    fn definition() -> &'static EventDefinition {
        static DEFINITION: LazyLock<EventDefinition> = LazyLock::new(|| {
            let key = Template::parse("calls.{line_id}.created").expect("a template");
            EventDefinition::new("call_created", Level::Tenant, key)
        });
        &DEFINITION
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
        (name == "line_id").then(|| serde_json::to_value(self.line_id))
    }
}

impl TenantEvent for CallCreated {}

async fn handle_typed(event: CallCreated) {
    black_box(event);
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// Events written and read by the plain dialect.
async fn typed(events: u64) {
    let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
    let service = Service::builder("calld", bus).on(handle_typed);
    let running = service.build().expect("a service").start().await;
    let running = running.expect("the service starts");
    let event = CallCreated {
        line_id: 42,
        status: "Ringing".into(),
    };
    let event = event.for_tenant("2c34c282-433e-4bb8-8d56-fec14ff7e1e9");
    let publisher = running.publisher();
    for count in 1..=events {
        publisher
            .publish(&event)
            .await
            .expect("the event is published");
        if count % 64 == 0 || count == events {
            while HANDLED.load(Ordering::Relaxed) < count {
                tokio::task::yield_now().await;
            }
        }
    }
}

/// One event after another to as many live subscriptions.
async fn fan_out(events: u64) {
    let memory: Memory = MemoryBroker::new().connect();
    let mut subscriptions = Vec::new();
    for _ in 0..100 {
        let binding = trunkline_core::Binding::everything();
        let subscription = memory.subscribe(SubscribeOptions::live([binding])).await;
        subscriptions.push(subscription.expect("a subscription"));
    }
    for _ in 0..events.div_ceil(100) {
        let published = memory
            .publish(envelope(&[7; 300]), PublishOptions::new())
            .await;
        published.expect("the envelope is published");
        for subscription in &mut subscriptions {
            let delivery = subscription.recv().await.expect("a delivery");
            delivery.ack().await.expect("an ack");
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let case = words.next().ok_or("which case?")?;
    let events: u64 = words.next().ok_or("how many events?")?.parse()?;
    match case.as_str() {
        "handled" => service(events, "call_created", &[7; 300]).await,
        "typed" => typed(events).await,
        "unhandled" => service(events, "call_ended", &[7; 300]).await,
        "unhandled_large" => service(events, "call_ended", &[7; 300_000]).await,
        "fan_out" => fan_out(events).await,
        "envelope" => (0..events).for_each(|_| drop(black_box(envelope(&[7; 300])))),
        other => return Err(format!("no case `{other}`").into()),
    }
    Ok(())
}
