//! What typed events and access lists cost, beside bare `serde_json` on the same body.
//!
//! `cargo bench -p trunkline-wazo --bench typed --features calld`
//!
//! Each line is the median of interleaved rounds, so that what else the machine does meets both
//! sides alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use trunkline_core::{Addressed, Dialect, DialectExt, EventView, PublishExtras, UserEvent};
use trunkline_wazo::events::calld::CallUpdated;
use trunkline_wazo::{AccessList, Holder, Wazo};

const ROUNDS: usize = 501;
/// Few, so that a round mostly ends before something else is given its turn.
const TIMES: u32 = 100;

/// The body of such an event, as one would write it for serde alone.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    tenant_uuid: String,
    #[serde(rename = "user_uuid:26a0bf0e-17f0-563f-b44b-2c1a97507730")]
    user: bool,
    name: String,
    required_access: String,
    required_acl: String,
    origin_uuid: Option<String>,
    timestamp: String,
    data: Content,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    call_id: String,
    conversation_id: String,
    caller_id_name: String,
    caller_id_number: String,
    peer_caller_id_name: Option<String>,
    peer_caller_id_number: Option<String>,
    status: String,
    on_hold: bool,
    muted: bool,
    is_caller: bool,
    creation_time: String,
    dialed_extension: String,
    line_id: i64,
    user_uuid: String,
    direction: String,
    talking_to: serde_json::Map<String, serde_json::Value>,
}

fn content() -> Content {
    let peer = "26a0bf0e-17f0-563f-b44b-2c1a97507731";
    Content {
        call_id: "1700000000.42".into(),
        conversation_id: "1700000000.41".into(),
        caller_id_name: "Alice Émard".into(),
        caller_id_number: "+15145550101".into(),
        peer_caller_id_name: Some("Bob Nguyễn".into()),
        peer_caller_id_number: Some("1002".into()),
        status: "Up".into(),
        on_hold: false,
        muted: false,
        is_caller: true,
        creation_time: "2026-02-03T04:05:06.078901".into(),
        dialed_extension: "1002".into(),
        line_id: 42,
        user_uuid: "26a0bf0e-17f0-563f-b44b-2c1a97507730".into(),
        direction: "internal".into(),
        talking_to: [("1700000000.43".to_owned(), peer.into())]
            .into_iter()
            .collect(),
    }
}

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

/// Prints what ours takes, what the floor takes, and the floor as a part of ours.
fn beside<A, B>(name: &str, mut ours: impl FnMut() -> A, mut floor: impl FnMut() -> B) {
    let (mut of_ours, mut of_floor, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (timed(&mut ours), timed(&mut floor));
        of_ours.push(one.as_nanos() as f64);
        of_floor.push(other.as_nanos() as f64);
        ratios.push(other.as_secs_f64() / one.as_secs_f64());
    }
    println_row(name, median(of_ours), median(of_floor), median(ratios));
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn println_row(name: &str, ours: f64, floor: f64, ratio: f64) {
    println!("{name:<44} {ours:>8.0} ns  floor {floor:>8.0} ns  {ratio:.2}");
}

fn event() -> Addressed<CallUpdated> {
    let content = serde_json::to_value(content()).expect("JSON");
    let event: CallUpdated = serde_json::from_value(content).expect("an event");
    event.for_user(
        "b353e011-6515-5086-bb5f-2cbfa6d71e1e",
        "26a0bf0e-17f0-563f-b44b-2c1a97507730",
    )
}

/// Fifty entries such as a user's token has.
fn entries() -> Vec<String> {
    let words = [
        "calls",
        "users",
        "lines",
        "voicemails",
        "queues",
        "agents",
        "chats",
        "faxes",
        "meetings",
        "trunks",
    ];
    let forms = [
        "confd.{}.read",
        "events.{}.me.#",
        "calld.users.me.{}.*.read",
        "events.{}.*.updated",
        "{}.#",
    ];
    let all = words
        .iter()
        .flat_map(|word| forms.iter().map(move |form| form.replace("{}", word)));
    all.collect()
}

fn main() {
    let wazo = Wazo::new().with_origin("6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c");
    let (event, extras) = (event(), PublishExtras::default());
    let view = EventView::new(&event, &extras);
    let envelope = wazo.encode(&view).expect("an envelope");
    let body: Body = serde_json::from_slice(envelope.body()).expect("the body");
    beside(
        "encode a typed event",
        || wazo.encode(black_box(&view)),
        || serde_json::to_vec(black_box(&body)),
    );
    beside(
        "decode a typed event",
        || DialectExt::decode::<CallUpdated>(&wazo, black_box(&envelope)),
        || serde_json::from_slice::<Body>(black_box(envelope.body())),
    );
    beside(
        "decode a typed event, beside a Value",
        || DialectExt::decode::<CallUpdated>(&wazo, black_box(&envelope)),
        || serde_json::from_slice::<serde_json::Value>(black_box(envelope.body())),
    );
    access();
}

fn access() {
    let entries = entries();
    assert_eq!(entries.len(), 50);
    let me = "26a0bf0e-17f0-563f-b44b-2c1a97507730";
    let list = AccessList::of_holder(&entries, Holder::new().with_auth_id(me));
    let own = format!("events.calls.{me}.created");
    for (name, required) in [
        ("check access, granted", own.as_str()),
        ("check access, refused", "events.calls.someone-else.created"),
        (
            "check access, a wildcard inside",
            "calld.users.me.calls.42.read",
        ),
    ] {
        // As many comparisons as there are entries: what any list costs at least.
        beside(
            name,
            || list.grants(black_box(Some(required))),
            || {
                entries
                    .iter()
                    .filter(|entry| black_box(entry.as_str()) == required)
                    .count()
            },
        );
    }
}
