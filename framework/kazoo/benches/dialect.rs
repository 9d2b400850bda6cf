//! What the dialect costs beside bare `serde_json` on the same message.
//!
//! `cargo bench -p trunkline-kazoo --bench dialect`
//!
//! Each line is the median of interleaved rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::Value;
use trunkline_core::{Dialect, DialectExt, EventView, PublishExtras, TenantEvent};
use trunkline_kazoo::Kazoo;
use trunkline_kazoo::events::{ChannelDestroy, Fields};

const ROUNDS: usize = 501;
/// Few, so that a round mostly ends before something else is given its turn.
const TIMES: u32 = 100;

fn timed<T>(mut work: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..TIMES {
        black_box(work());
    }
    start.elapsed() / TIMES
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn beside<A, B>(name: &str, mut ours: impl FnMut() -> A, mut floor: impl FnMut() -> B) {
    let (mut of_ours, mut of_floor, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (timed(&mut ours), timed(&mut floor));
        of_ours.push(one.as_nanos() as f64);
        of_floor.push(other.as_nanos() as f64);
        ratios.push(other.as_secs_f64() / one.as_secs_f64());
    }
    let (ours, floor, ratio) = (median(of_ours), median(of_floor), median(ratios));
    println!("{name:<44} {ours:>8.0} ns  floor {floor:>8.0} ns  {ratio:.2}");
}

/// The recorded end of a call.
fn message() -> Value {
    let lines = include_str!("../tests/vectors/kazoo-vectors.jsonl").lines();
    let vectors = lines.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let ended = vectors
        .filter(|vector| vector["kind"] == "legacy_event")
        .find(|vector| vector["out"]["name"] == "CHANNEL_DESTROY");
    ended.expect("it was recorded")["out"]["message"].clone()
}

fn main() {
    let kazoo = Kazoo::new("bench", "1.0");
    let message = message();
    let fields: Fields = serde_json::from_value(message.clone()).expect("a message");
    let account = message["Custom-Channel-Vars"]["Account-ID"]
        .as_str()
        .expect("an account");
    let event = ChannelDestroy::from(fields).for_tenant(account);
    let extras = PublishExtras::default();
    let view = EventView::new(&event, &extras);
    let envelope = kazoo.encode(&view).expect("an envelope");
    let value = || serde_json::from_slice::<Value>(black_box(envelope.body()));
    beside(
        "encode a typed event",
        || kazoo.encode(black_box(&view)),
        || serde_json::to_vec(black_box(&message)),
    );
    beside(
        "decode a typed event",
        || DialectExt::decode::<ChannelDestroy>(&kazoo, black_box(&envelope)),
        value,
    );
    beside("audience", || kazoo.audience(black_box(&envelope)), value);
    beside(
        "event_name",
        || kazoo.event_name(black_box(&envelope)).is_some(),
        value,
    );
}
