//! Trunkline, put together as an application would.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use trunkline_core::{
    Addressed, Bus, Dialect, Envelope, Event, EventDefinition, Level, Plain, PublishOptions,
    RoutingKey, Service, Template, TenantEvent,
};
use trunkline_memory::MemoryBroker;

use crate::load::{self, Call, Flavour, NAME, Pace};
use crate::rounds::Contender;

pub const TENANT: &str = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9";

impl Event for Call {
    const NAME: &'static str = NAME;

    fn definition() -> &'static EventDefinition {
        use std::sync::LazyLock;
        static DEFINITION: LazyLock<EventDefinition> = LazyLock::new(|| {
            let key = Template::parse("calls.{line_id}.created").expect("a template");
            EventDefinition::new(NAME, Level::Tenant, key)
        });
        &DEFINITION
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
        (name == "line_id").then(|| serde_json::to_value(self.line_id))
    }
}

impl TenantEvent for Call {}

async fn raw(envelope: Envelope) {
    black_box(envelope.body()[0]);
    load::handled();
}

async fn typed(call: Call) {
    black_box(&call);
    load::handled();
}

fn bus(dialect: impl Dialect) -> Bus {
    Bus::new(Arc::new(MemoryBroker::new().connect()), dialect)
}

/// An envelope with a key and a body of its own.
pub fn bare(body: &[u8]) -> Envelope {
    let key = RoutingKey::new("calls.42.created").expect("a key");
    Envelope::new(key, Bytes::copy_from_slice(body))
}

/// The envelope an application makes, with two headers.
pub fn envelope(body: &[u8]) -> Envelope {
    let envelope = bare(body).with_header("name", NAME).expect("a header");
    envelope.with_header("tenant", TENANT).expect("a header")
}

/// Publish, raw handler, ack.
pub fn raw_contender(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let service = Service::builder("calld", bus(Plain)).on_name(NAME, raw);
    let service = service.build().expect("a service");
    let running = runtime
        .block_on(service.start())
        .expect("the service starts");
    let body: Arc<[u8]> = load::body().into();
    Contender::new("trunkline", move |count| {
        let (publisher, body) = (running.publisher(), Arc::clone(&body));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                let envelope = envelope(&body);
                let published = publisher
                    .publish_envelope(envelope, PublishOptions::new())
                    .await;
                published.expect("the envelope is published");
                pace.step().await;
            }
            pace.end().await;
        });
    })
}

/// Encode, publish, decode, typed handler, ack.
pub fn typed_contender(name: &'static str, flavour: Flavour, dialect: impl Dialect) -> Contender {
    let runtime = flavour.runtime();
    let service = Service::builder("calld", bus(dialect)).on(typed);
    let service = service.build().expect("a service");
    let running = runtime
        .block_on(service.start())
        .expect("the service starts");
    let event: Arc<Addressed<Call>> = Arc::new(load::call().for_tenant(TENANT));
    Contender::new(name, move |count| {
        let (publisher, event) = (running.publisher(), Arc::clone(&event));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                publisher
                    .publish(&*event)
                    .await
                    .expect("the event is published");
                pace.step().await;
            }
            pace.end().await;
        });
    })
}
