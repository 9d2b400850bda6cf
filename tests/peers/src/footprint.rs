//! How much memory things hold, counted at the allocator.

use serde::Serialize;
use trunkline_core::{Binding, Envelope, Headers, SubscribeOptions, Transport, Value};
use trunkline_memory::MemoryBroker;

use crate::allocator::held_by;
use crate::load::{self, Flavour};
use crate::ours;

/// Bytes held by each.
#[derive(Debug, Serialize)]
pub struct Footprint {
    pub what: &'static str,
    pub bytes: f64,
    pub at_most: f64,
}

const COUNT: usize = 10_000;

pub fn all() -> Vec<Footprint> {
    let envelope = |what, make: fn() -> Envelope| Footprint {
        what,
        bytes: envelope_bytes(make),
        at_most: 250.0,
    };
    vec![
        Footprint {
            what: "a live subscription, bound by a pattern",
            bytes: subscription_bytes(|_| Binding::builder().key("calls.*.created")),
            at_most: 2048.0,
        },
        Footprint {
            what: "a live subscription, bound by a key of its own",
            bytes: subscription_bytes(|at| Binding::builder().key(format!("calls.{at}.created"))),
            at_most: 2048.0,
        },
        envelope("an envelope with six headers, beyond its body", || {
            at_once(header_set())
        }),
        envelope("the same, made header by header", || {
            one_by_one(header_set())
        }),
        envelope("six headers as Wazo's, 213 bytes of text", || {
            at_once(wazo_header_set())
        }),
    ]
}

fn subscription_bytes(binding: impl Fn(usize) -> trunkline_core::BindingBuilder) -> f64 {
    let runtime = Flavour::OneThread.runtime();
    let memory = MemoryBroker::new().connect();
    let subscribe = |at| {
        let binding = binding(at).build().expect("a binding");
        runtime
            .block_on(memory.subscribe(SubscribeOptions::live([binding])))
            .expect("a subscription")
    };
    // The first pay for tables that all share.
    let _first: Vec<_> = (0..COUNT).map(subscribe).collect();
    let (_more, bytes) = held_by(|| (COUNT..2 * COUNT).map(subscribe).collect::<Vec<_>>());
    bytes as f64 / COUNT as f64
}

fn envelope_bytes(make: fn() -> Envelope) -> f64 {
    let body = load::body().len();
    let mut kept = Vec::with_capacity(COUNT);
    let ((), bytes) = held_by(|| kept.extend((0..COUNT).map(|_| make())));
    bytes as f64 / COUNT as f64 - body as f64
}

/// A name, an identifier, short texts, a number and a flag.
fn header_set() -> [(&'static str, Value); 6] {
    [
        ("name", load::NAME.into()),
        ("tenant", ours::TENANT.into()),
        ("line_id", 42.into()),
        ("is_caller", true.into()),
        ("status", "Ringing".into()),
        ("direction", "inbound".into()),
    ]
}

/// The texts Wazo's own events have: 213 bytes of names and values before anything is added.
fn wazo_header_set() -> [(&'static str, Value); 6] {
    [
        ("name", load::NAME.into()),
        ("required_access", "event.call_created".into()),
        ("required_acl", "events.calls.42.created".into()),
        ("origin_uuid", "6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c".into()),
        ("timestamp", "2026-02-03T04:05:06.078901".into()),
        ("tenant_uuid", ours::TENANT.into()),
    ]
}

fn at_once(headers: [(&'static str, Value); 6]) -> Envelope {
    let headers =
        Headers::try_from_iter(headers.iter().map(|(name, value)| (*name, value.as_ref())));
    ours::bare(&load::body()).with_headers(headers.expect("headers"))
}

fn one_by_one(headers: [(&'static str, Value); 6]) -> Envelope {
    let add = |envelope: Envelope, (name, value): (&str, Value)| envelope.with_header(name, value);
    headers
        .into_iter()
        .try_fold(ours::bare(&load::body()), add)
        .expect("headers")
}
