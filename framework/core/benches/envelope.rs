//! Making, cloning and reading envelopes.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use trunkline_core::{Envelope, Headers, Properties, RoutingKey};

const TENANT: &str = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9";
const BODY: [u8; 300] = [b' '; 300];

fn headers() -> Headers {
    let mut headers = Headers::new();
    let set = headers
        .insert("name", "call_created")
        .and_then(|()| headers.insert("tenant", TENANT))
        .and_then(|()| headers.insert("line_id", 42))
        .and_then(|()| headers.insert("is_caller", true))
        .and_then(|()| headers.insert("status", "Ringing"))
        .and_then(|()| headers.insert("direction", "inbound"));
    set.expect("headers");
    headers
}

fn envelope() -> Envelope {
    let key = RoutingKey::new("calls.42.created").expect("a key");
    Envelope::from_parts(key, headers(), Properties::fresh(), &BODY[..])
}

fn building(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    group.bench_function("bare", |bench| {
        bench.iter(|| {
            let key = RoutingKey::new(black_box("calls.42.created")).expect("a key");
            Envelope::new(key, Bytes::from_static(&BODY))
        });
    });
    group.bench_function("two headers", |bench| {
        bench.iter(|| {
            let key = RoutingKey::new(black_box("calls.42.created")).expect("a key");
            let envelope = Envelope::new(key, Bytes::from_static(&BODY));
            let envelope = envelope.with_header("name", black_box("call_created"));
            envelope.and_then(|envelope| envelope.with_header("tenant", black_box(TENANT)))
        });
    });
    group.bench_function("six headers at once", |bench| bench.iter(envelope));
    group.finish();
}

fn sharing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("share");
    let shared = envelope();
    group.bench_function("clone", |bench| bench.iter(|| black_box(&shared).clone()));
    group.bench_function("set a header of a shared one", |bench| {
        bench.iter_batched(
            || shared.clone(),
            |envelope| envelope.with_header("attempt", 2),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    let envelope = envelope();
    let headers = envelope.headers();
    group.bench_function("the first header", |bench| {
        bench.iter(|| black_box(headers).text(black_box("name")));
    });
    group.bench_function("the last of six", |bench| {
        bench.iter(|| black_box(headers).text(black_box("direction")));
    });
    group.bench_function("a header that is not there", |bench| {
        bench.iter(|| black_box(headers).text(black_box("traceparent")));
    });
    group.finish();
}

criterion_group!(benches, building, sharing, reading);
criterion_main!(benches);
