//! What the dialect costs beside `serde_json` on the same event.
//!
//! `cargo bench -p trunkline-wazo --bench dialect`

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::LazyLock;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trunkline_core::{
    Dialect, DialectExt, Envelope, Event, EventDefinition, EventView, Level, PublishExtras,
    Template, UserEvent,
};
use trunkline_wazo::{LocalTime, Wazo};

/// An event such as calld publishes a hundred times a second.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CallUpdated {
    call_id: String,
    caller_id_name: String,
    caller_id_number: String,
    status: String,
    on_hold: bool,
    muted: bool,
    line_id: u32,
    creation_time: String,
    peer_caller_id_number: Option<String>,
    talking_to: Vec<Peer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Peer {
    call_id: String,
    name: String,
    number: String,
    joined_at: f64,
    muted: bool,
}

static DEFINITION: LazyLock<EventDefinition> = LazyLock::new(|| {
    let key = Template::parse("calls.call.updated").expect("a template");
    let mut definition = EventDefinition::new(CallUpdated::NAME, Level::User, key);
    definition.required_acl = Template::parse("events.calls.{user_uuid}").ok();
    definition
});

impl Event for CallUpdated {
    const NAME: &'static str = "call_updated";

    fn definition() -> &'static EventDefinition {
        &DEFINITION
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<Value>> {
        match name {
            "call_id" => Some(serde_json::to_value(&self.call_id)),
            _ => None,
        }
    }
}

impl UserEvent for CallUpdated {}

/// An event whose content is about so many bytes of JSON.
fn event(bytes: usize) -> CallUpdated {
    let mut event = CallUpdated {
        call_id: "1700000000.42".into(),
        caller_id_name: "Alice Émard".into(),
        caller_id_number: "+15145550101".into(),
        status: "Up".into(),
        on_hold: false,
        muted: false,
        line_id: 42,
        creation_time: "2026-02-03T04:05:06.078901".into(),
        peer_caller_id_number: None,
        talking_to: Vec::new(),
    };
    let peer = Peer {
        call_id: "1700000000.43".into(),
        name: "Bob \"Bobby\" Nguyễn".into(),
        number: "1002".into(),
        joined_at: 1_770_087_906.25,
        muted: false,
    };
    while serde_json::to_vec(&event).expect("JSON").len() < bytes {
        event.talking_to.push(peer.clone());
    }
    event
}

fn dialect(c: &mut Criterion) {
    for (name, bytes) in [("300B", 300), ("4KiB", 4096)] {
        let mut group = c.benchmark_group(name);
        let event = event(bytes);
        let json = serde_json::to_vec(&event).expect("JSON");
        let addressed = event.clone().for_user(
            "b353e011-6515-5086-bb5f-2cbfa6d71e1e",
            "26a0bf0e-17f0-563f-b44b-2c1a97507730",
        );
        let wazo = Wazo::new().with_origin("6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c");
        let extras = PublishExtras::default();
        let view = EventView::new(&addressed, &extras);
        let envelope = wazo.encode(&view).expect("an envelope");
        group.throughput(Throughput::Bytes(json.len() as u64));

        group.bench_function("serde_json serialise", |b| {
            b.iter(|| serde_json::to_vec(black_box(&event)));
        });
        group.bench_function("encode", |b| b.iter(|| wazo.encode(black_box(&view))));
        group.bench_function("event_name", |b| {
            b.iter(|| wazo.event_name(black_box(&envelope)).map(|name| name.len()));
        });
        group.bench_function("audience", |b| {
            b.iter(|| wazo.audience(black_box(&envelope)))
        });
        group.bench_function("data", |b| {
            b.iter(|| wazo.data(black_box(&envelope)).map(|data| data.len()));
        });
        group.bench_function("serde_json deserialise", |b| {
            b.iter(|| serde_json::from_slice::<CallUpdated>(black_box(&json)));
        });
        group.bench_function("decode", |b| {
            b.iter(|| DialectExt::decode::<CallUpdated>(&wazo, black_box(&envelope)));
        });
        group.finish();
        foreign(c, &wazo, name, &envelope);
    }
    c.bench_function("LocalTime::now", |b| b.iter(LocalTime::now));
}

/// The same body from a publisher that sets no headers.
fn foreign(c: &mut Criterion, wazo: &Wazo, name: &str, envelope: &Envelope) {
    let envelope = envelope.clone().with_headers(Default::default());
    c.bench_function(&format!("{name}/event_name without headers"), |b| {
        b.iter(|| wazo.event_name(black_box(&envelope)).map(Cow::into_owned));
    });
}

criterion_group!(benches, dialect);
criterion_main!(benches);
