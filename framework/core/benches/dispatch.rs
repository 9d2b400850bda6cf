//! From a publish on the memory transport to the ack after an inline handler.
//!
//! Events go in batches of 64, the default prefetch, so that what is measured is the framework
//! and not the runtime's turns.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};
use trunkline_core::{
    Bus, DynamicEvent, Envelope, Plain, PublishOptions, RoutingKey, RunningService, Service,
    ServiceBuilder,
};
use trunkline_memory::MemoryBroker;

const BATCH: u64 = 64;

async fn handle(envelope: Envelope) {
    black_box(envelope.body());
}

fn envelope(name: &str) -> Envelope {
    let key = RoutingKey::new("calls.42.created").expect("a key");
    let envelope = Envelope::new(key, &[b' '; 300][..]);
    envelope.with_header("name", name).expect("a header")
}

/// A service at work, and how many deliveries it has settled.
struct Warm {
    runtime: Runtime,
    running: RunningService,
    settled: u64,
}

impl Warm {
    fn new(handlers: impl FnOnce(ServiceBuilder) -> ServiceBuilder) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime");
        let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
        let service = handlers(Service::builder("calld", bus)).build();
        let starting = service.expect("a service").start();
        let running = runtime.block_on(starting).expect("the service starts");
        Self {
            runtime,
            running,
            settled: 0,
        }
    }

    /// How long it takes from the first publish of each batch to its last ack.
    fn time(&mut self, batches: u64, envelope: &Envelope) -> Duration {
        let mut took = Duration::ZERO;
        for _ in 0..batches {
            self.settled += BATCH;
            let begun = Instant::now();
            self.runtime.block_on(async {
                let publisher = self.running.publisher();
                for _ in 0..BATCH {
                    let sent = publisher.publish_envelope(envelope.clone(), PublishOptions::new());
                    sent.await.expect("the envelope is published");
                }
                self.running.handle().settled(self.settled).await;
            });
            took += begun.elapsed();
        }
        took
    }
}

fn dispatch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("publish to ack, 64 events");
    group.throughput(Throughput::Elements(BATCH));
    let mut one = Warm::new(|service| service.on_name("call_created", handle));
    let wanted = envelope("call_created");
    group.bench_function("one handler", |bench| {
        bench.iter_custom(|batches| one.time(batches, &wanted));
    });
    let mut hundred = Warm::new(|service| {
        (0..100).fold(service.on_name("call_created", handle), |service, other| {
            service.on_name(&format!("other_{other}"), handle)
        })
    });
    group.bench_function("one handler of 101", |bench| {
        bench.iter_custom(|batches| hundred.time(batches, &wanted));
    });
    let mut four = Warm::new(|service| {
        (0..4).fold(service, |service, _| {
            service.on_name("call_created", handle)
        })
    });
    group.bench_function("four handlers", |bench| {
        bench.iter_custom(|batches| four.time(batches, &wanted));
    });
    let mut none = Warm::new(|service| service.on_name("never_*", handle));
    group.bench_function("no handler", |bench| {
        bench.iter_custom(|batches| none.time(batches, &wanted));
    });
    group.finish();
}

fn typed_publish(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("publish");
    let warm = Warm::new(|service| service.on_name("never", handle));
    let event = DynamicEvent::tenant("unwanted", "calls.{line}.created", "acme")
        .expect("a template")
        .with_content(&serde_json::json!({"line": 42, "status": "Ringing"}))
        .expect("an object");
    group.bench_function("a dynamic event to nobody", |bench| {
        let publisher = warm.running.publisher();
        bench.iter(|| {
            warm.runtime
                .block_on(async { publisher.publish(&event).await })
        });
    });
    group.finish();
}

criterion_group!(benches, dispatch, typed_publish);
criterion_main!(benches);
