//! How many events a second asynchronous handlers take, 256 of them in flight: on the plugin's own
//! runtime, beside handlers of the host's on tasks of their own.
//!
//! `cargo bench -p trunkline-plugin-host --bench in_flight`; `-- plugin` leaves the floor out, for a
//! profiler.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Map;
use trunkline_core::{Bus, Context, HandlerOptions, Plain, PublishOptions, RunningService};
use trunkline_memory::MemoryBroker;
use trunkline_plugin::{Event, Host, Plugin, Result, export_plugin};
use trunkline_plugin_host::{HostOptions, PluginHost};

const IN_FLIGHT: u16 = 256;
const EVENTS: usize = 10_000;
const TURNS: usize = 60;

struct Looks;

impl Looks {
    fn new(_: &Host) -> Result<Self> {
        Ok(Self)
    }

    async fn tick(&self, event: Event<'_>) {
        std::hint::black_box(event.body().len() + event.headers().len());
    }
}

export_plugin! {
    Looks { "tick" => tick }
    as "looks" version "1.0.0"
}

async fn service(bus: &Bus) -> RunningService {
    let service = PluginHost::service("bench", bus.clone()).prefetch(IN_FLIGHT);
    service.build().unwrap().start().await.unwrap()
}

fn bus() -> Bus {
    Bus::new(Arc::new(MemoryBroker::new().connect()), Plain)
}

async fn turn(bus: &Bus, service: &RunningService, done: &mut u64) -> Duration {
    let (publisher, envelope) = (bus.publisher(), support::envelope());
    let begun = Instant::now();
    for _ in 0..EVENTS {
        let one = publisher.publish_envelope(envelope.clone(), PublishOptions::default());
        one.await.unwrap();
    }
    *done += EVENTS as u64;
    service.handle().settled(*done).await;
    begun.elapsed()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (floor_bus, plugin_bus) = (bus(), bus());
    let (floor, with_plugin) = (service(&floor_bus).await, service(&plugin_bus).await);
    let options = HandlerOptions::new().named("tick").spawned();
    let looks = |context: Context| async move {
        let envelope = context.envelope();
        std::hint::black_box(envelope.body().len() + envelope.headers().len());
    };
    let tick = trunkline_core::Binding::builder()
        .name("tick")
        .build()
        .unwrap();
    floor
        .handle()
        .on_binding(options, tick, looks)
        .await
        .unwrap();
    let mut options = HostOptions::new();
    options.defaults.concurrency = IN_FLIGHT.into();
    let host = PluginHost::new(with_plugin.handle(), options);
    let (meta, manifest) = Looks::meta();
    host.load_linked(meta, manifest, Looks::ENTRY, Map::new())
        .await
        .unwrap();
    let alone = std::env::args().any(|argument| argument == "plugin");
    let (mut floor_times, mut times) = (Vec::new(), Vec::new());
    let (mut floor_done, mut done) = (0, 0);
    for _ in 0..TURNS {
        if !alone {
            floor_times.push(turn(&floor_bus, &floor, &mut floor_done).await);
        }
        times.push(turn(&plugin_bus, &with_plugin, &mut done).await);
    }
    println!("{IN_FLIGHT} in flight, {EVENTS} events a turn, {TURNS} turns");
    for (name, times) in [
        ("host, task each", &mut floor_times),
        ("plugin's runtime", &mut times),
    ] {
        if times.is_empty() {
            continue;
        }
        let rate = |time: Duration| EVENTS as f64 / time.as_secs_f64();
        println!(
            "{name:17} {:8.0} events a second at best, {:8.0} in the median",
            rate(support::quick(times)),
            rate(support::median(times)),
        );
    }
}
