//! What the dialect costs beside bare `serde_json` on what it writes.
//!
//! `cargo bench -p trunkline-cloudevents --bench dialect`
//!
//! Each line is the median of interleaved rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trunkline_cloudevents::{CloudEvents, Mode};
use trunkline_core::{Dialect, DynamicEvent, EventView, PublishExtras};

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

fn main() {
    let content = json!({
        "call_id": "1700000000.42", "caller_id_name": "Alice Émard", "status": "Up",
        "caller_id_number": "+15145550101", "on_hold": false, "muted": false, "line_id": 42,
        "creation_time": "2026-02-03T04:05:06.078901", "dialed_extension": "1002",
        "talking_to": {"1700000000.43": "Bob Nguyễn"}, "direction": "internal",
    });
    let event = DynamicEvent::user("com.example.call.updated", "calls.{call_id}", "acme", "u1")
        .expect("a template")
        .with_content(&content)
        .expect("an object");
    let extras = PublishExtras::default();
    let view = EventView::new(&event, &extras);
    let source = || CloudEvents::new("https://pbx.example.com/calld").expect("a URI");
    for (mode, dialect) in [
        ("binary", source()),
        ("structured", source().with_mode(Mode::Structured)),
    ] {
        let envelope = dialect.encode(&view).expect("an envelope");
        let body: Value = serde_json::from_slice(envelope.body()).expect("JSON");
        let floor = || serde_json::from_slice::<Value>(black_box(envelope.body()));
        beside(
            &format!("{mode}: encode"),
            || dialect.encode(black_box(&view)),
            || serde_json::to_vec(black_box(&body)),
        );
        beside(
            &format!("{mode}: event name"),
            || {
                dialect
                    .event_name(black_box(&envelope))
                    .map(|name| name.len())
            },
            floor,
        );
        beside(
            &format!("{mode}: audience"),
            || dialect.audience(black_box(&envelope)),
            floor,
        );
        beside(
            &format!("{mode}: data, as a value"),
            || {
                let data = dialect.data(black_box(&envelope)).expect("data");
                serde_json::from_str::<Value>(&data)
            },
            floor,
        );
    }
}
