//! What matching costs, and how little of it comes from the number of bindings.
//!
//! Criterion measures single cases; the table at the end puts medians for 10 and for 100,000
//! bindings side by side. Subjects differ from one match to the next, and each matches bindings
//! spread over the whole index, so that a large index is paid for with its cache misses.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion};
use trunkline_core::{
    Binding, BindingIndex, HeaderCondition, HeaderTest, Headers, SharedIndex, Subject, Value,
};

const SIZES: [usize; 4] = [10, 1_000, 10_000, 100_000];
/// How many different subjects are matched in turn.
const SUBJECTS: usize = 1_024;

/// One event: name, key, headers.
struct Event {
    name: String,
    key: String,
    headers: Headers,
}

impl Event {
    fn subject(&self) -> Subject<'_> {
        Subject {
            name: Some(&self.name),
            key: &self.key,
            headers: &self.headers,
        }
    }
}

fn uuid(number: usize) -> String {
    format!(
        "{:08x}-5b1c-4f4c-9d9e-{:012x}",
        number.wrapping_mul(2_654_435_761) as u32,
        number
    )
}

/// Which of `size` bindings the subject matches.
fn spread(subject: usize, size: usize) -> usize {
    subject.wrapping_mul(7_919) % size
}

/// A Wazo event of one user, with its eight headers.
fn wazo_event(user: usize) -> Event {
    let mut headers = Headers::new();
    let name = "call_created".to_owned();
    let user = format!("user_uuid:{}", uuid(user));
    let entries: [(&str, Value); 8] = [
        ("name", name.as_str().into()),
        ("origin_uuid", uuid(1 << 20).into()),
        ("timestamp", "2026-02-03T04:05:06.078901".into()),
        ("required_acl", "events.calls.1f2e3d".into()),
        ("required_access", "event.call_created".into()),
        ("tenant_uuid", uuid(1 << 21).into()),
        (&user, true.into()),
        ("conference_id", 42.into()),
    ];
    for (name, value) in &entries {
        headers.insert(name, value).expect("the header is valid");
    }
    Event {
        name,
        key: "calls.call.created".to_owned(),
        headers,
    }
}

fn header_binding(user: usize) -> Binding {
    let wanted = HeaderTest::equals(format!("user_uuid:{}", uuid(user)), true);
    let condition = HeaderCondition::all([wanted]).expect("the condition is valid");
    let binding = Binding::builder().name("call_created").headers(condition);
    binding.build().expect("the binding is valid")
}

fn key_binding(number: usize) -> Binding {
    let group = number / 4;
    let pattern = match number % 4 {
        0 => format!("a{group}.b{group}.c{group}"),
        1 => format!("a{group}.*.c{group}"),
        2 => format!("a{group}.#"),
        _ => format!("#.z{group}"),
    };
    Binding::builder()
        .key(pattern)
        .build()
        .expect("the binding is valid")
}

/// An event whose key matches three bindings: an exact one, one with `*` and one with `#`.
fn key_event(group: usize) -> Event {
    let key = format!("a{group}.b{group}.c{group}");
    Event {
        name: "n".to_owned(),
        key,
        headers: Headers::new(),
    }
}

fn events(size: usize, event: impl Fn(usize) -> Event) -> Vec<Event> {
    (0..SUBJECTS)
        .map(|subject| event(spread(subject, size)))
        .collect()
}

fn index_of(size: usize, binding: fn(usize) -> Binding) -> BindingIndex<usize> {
    let mut index = BindingIndex::new();
    for number in 0..size {
        index.insert(binding(number), number);
    }
    index
}

fn shared_of(size: usize, binding: fn(usize) -> Binding) -> SharedIndex<usize> {
    let index = SharedIndex::new();
    for number in 0..size {
        index.insert(binding(number), number);
    }
    index
}

type Case = (&'static str, fn(usize) -> Box<dyn FnMut()>);

/// Runs through the events, one at each call.
fn cycle(events: Vec<Event>, mut work: impl FnMut(&Subject<'_>) + 'static) -> Box<dyn FnMut()> {
    let mut at = 0;
    Box::new(move || {
        at = (at + 1) % events.len();
        work(&events[at].subject());
    })
}

fn headers_match(size: usize) -> Box<dyn FnMut()> {
    let index = index_of(size, header_binding);
    cycle(events(size, wazo_event), move |subject| {
        let mut found = 0;
        index.for_each_match(subject, |_| found += 1);
        assert_eq!(found, 1);
    })
}

fn headers_miss(size: usize) -> Box<dyn FnMut()> {
    let index = index_of(size, header_binding);
    cycle(
        events(size, |user| wazo_event(user + (1 << 22))),
        move |subject| {
            index.for_each_match(subject, |_| panic!("nobody wants this"));
        },
    )
}

fn headers_shared(size: usize) -> Box<dyn FnMut()> {
    let index = shared_of(size, header_binding);
    let mut found = Vec::new();
    cycle(events(size, wazo_event), move |subject| {
        found.clear();
        index.matches_into(subject, &mut found);
        assert_eq!(found.len(), 1);
    })
}

fn keys_match(size: usize) -> Box<dyn FnMut()> {
    let index = index_of(size, key_binding);
    // The last group may be cut short.
    cycle(events(size / 4, key_event), move |subject| {
        let mut found = 0;
        index.for_each_match(subject, |_| found += 1);
        assert_eq!(found, 3);
    })
}

fn keys_seen(size: usize) -> Box<dyn FnMut()> {
    let index = shared_of(size, key_binding);
    let mut found = Vec::new();
    let mut events = events(size / 4, key_event);
    events.truncate(64);
    cycle(events, move |subject| {
        found.clear();
        index.matches_into(subject, &mut found);
        assert_eq!(found.len(), 3);
    })
}

fn key_seen(size: usize) -> Box<dyn FnMut()> {
    let index = shared_of(size, key_binding);
    let mut found = Vec::new();
    cycle(vec![key_event(1)], move |subject| {
        found.clear();
        index.matches_into(subject, &mut found);
        assert_eq!(found.len(), 3);
    })
}

fn churn(size: usize) -> Box<dyn FnMut()> {
    let index = shared_of(size, header_binding);
    let mut next = size;
    Box::new(move || {
        next += 1;
        let id = index.insert(header_binding(next), next);
        black_box(index.remove(id));
    })
}

const CASES: [Case; 7] = [
    ("headers, one match", headers_match),
    ("headers, no match", headers_miss),
    ("headers, shared index", headers_shared),
    ("keys, three matches", keys_match),
    ("keys seen before, 64 in turn", keys_seen),
    ("key seen before", key_seen),
    ("build, insert and remove one", churn),
];

/// The median time of one call, over 201 batches.
fn median(work: &mut dyn FnMut()) -> f64 {
    const BATCH: u32 = 4_096;
    let mut times: Vec<Duration> = (0..221)
        .map(|_| {
            let start = Instant::now();
            (0..BATCH).for_each(|_| work());
            start.elapsed()
        })
        .skip(20)
        .collect();
    times.sort_unstable();
    times[times.len() / 2].as_nanos() as f64 / f64::from(BATCH)
}

#[expect(clippy::print_stdout, reason = "the figures are what this is for")]
fn ratios() {
    println!(
        "\n{:<32}{:>12}{:>12}{:>10}",
        "median, one thread", "10", "100 000", "ratio"
    );
    for (name, case) in CASES {
        let (few, many) = (median(&mut *case(10)), median(&mut *case(100_000)));
        println!("{name:<32}{few:>9.0} ns{many:>9.0} ns{:>9.1}x", many / few);
    }
}

/// The median time of one match while another thread matches too, or adds and removes bindings.
#[expect(clippy::print_stdout, reason = "the figures are what this is for")]
fn contended() {
    type Make = (&'static str, fn(usize) -> Binding, fn(usize) -> Event);
    let cases: [Make; 2] = [
        ("headers", header_binding, wazo_event),
        ("key seen before", key_binding, key_event),
    ];
    println!(
        "\n{:<32}{:>12}{:>12}{:>12}",
        "median, 100 000 bindings", "alone", "two", "churned"
    );
    for (name, binding, event) in cases {
        let index = shared_of(100_000, binding);
        let event = event(1);
        let mut found = Vec::new();
        let mut one = || {
            found.clear();
            index.matches_into(&event.subject(), &mut found);
            black_box(&found);
        };
        let alone = median(&mut one);
        let two = beside(&mut one, || {
            index.matches_into(&event.subject(), &mut Vec::with_capacity(4));
        });
        let churned = beside(&mut one, || {
            index.remove(index.insert(header_binding(1 << 23), 0));
        });
        println!("{name:<32}{alone:>9.0} ns{two:>9.0} ns{churned:>9.0} ns");
    }
}

/// The median time of one call while another thread is busy with `other`.
fn beside(work: &mut dyn FnMut(), other: impl Fn() + Sync) -> f64 {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                other();
            }
        });
        let time = median(work);
        stop.store(true, Relaxed);
        time
    })
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(30)
        .configure_from_args();
    for (name, case) in CASES {
        let mut group = criterion.benchmark_group(name);
        for size in SIZES {
            let mut work = case(size);
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
                bencher.iter(&mut work)
            });
        }
        group.finish();
    }
    criterion.final_summary();
    if !std::env::args().any(|argument| argument == "--test") {
        ratios();
        contended();
    }
}
