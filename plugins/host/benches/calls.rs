//! What an event costs on its way through a plugin, beside the same work in the host: in the same
//! run, turn by turn.
//!
//! `cargo bench -p trunkline-plugin-host --bench calls`; ways named after `--` alone beside the
//! floor, for a profiler.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use trunkline_core::{Binding, Bus, Context, HandlerOptions, Plain, PublishOptions};
use trunkline_core::{RunningService, ServiceHandle};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, PluginHost};

/// Few events to a turn: half a millisecond is often undisturbed where others work too.
const EVENTS: usize = 1000;
const TURNS: usize = 2000;

struct Way {
    name: &'static str,
    bus: Bus,
    service: RunningService,
    _host: Option<PluginHost>,
    done: u64,
    times: Vec<Duration>,
}

impl Way {
    async fn new(name: &'static str, plugin: Option<&Path>) -> Self {
        let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
        let service = PluginHost::service("bench", bus.clone())
            .prefetch(1024)
            .build()
            .unwrap();
        let service = service.start().await.unwrap();
        let host = match plugin {
            Some(path) => {
                let host = PluginHost::new(service.handle(), HostOptions::new());
                host.load(path).await.unwrap();
                Some(host)
            }
            None => {
                handle_in_host(&service.handle()).await;
                None
            }
        };
        Self {
            name,
            bus,
            service,
            _host: host,
            done: 0,
            times: Vec::with_capacity(TURNS),
        }
    }

    async fn turn(&mut self) {
        let publisher = self.bus.publisher();
        let envelope = support::envelope();
        let handle = self.service.handle();
        let begun = Instant::now();
        for _ in 0..EVENTS {
            let one = envelope.clone();
            publisher
                .publish_envelope(one, PublishOptions::default())
                .await
                .unwrap();
        }
        self.done += EVENTS as u64;
        handle.settled(self.done).await;
        self.times.push(begun.elapsed());
    }
}

/// The floor: the work of the plugins, in a handler of the service's own.
async fn handle_in_host(service: &ServiceHandle) {
    let tick = Binding::builder().name("tick").build().unwrap();
    let options = HandlerOptions::new().named("tick");
    let sum = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let handle = move |context: Context| {
        let envelope = context.envelope();
        let more = envelope.body().len() + envelope.headers().len();
        sum.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        async {}
    };
    service.on_binding(options, tick, handle).await.unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let directory = tempfile::tempdir().unwrap();
    let mut ways = vec![Way::new("host handler", None).await];
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with("--"))
        .collect();
    let wanted = |kind: &&str| match &named[..] {
        // Its threads disturb the others.
        [] => *kind != "sync",
        named => named.iter().any(|name| name == kind),
    };
    for kind in ["inline", "async", "sync"].into_iter().filter(wanted) {
        let path = support::compile(directory.path(), kind);
        ways.push(Way::new(kind, Some(&path)).await);
    }
    for _ in 0..TURNS {
        for way in &mut ways {
            way.turn().await;
        }
    }
    println!("{EVENTS} events a turn, published, handled and acked; {TURNS} turns");
    println!("                  quickest tenth             median");
    let floor = {
        let times = &mut ways[0].times;
        (support::quick(times), support::median(times))
    };
    for way in &mut ways {
        let quick = support::quick(&mut way.times);
        let median = support::median(&mut way.times);
        let each = support::each(quick, EVENTS);
        println!(
            "{:14} {each:5.0} ns {:+5.0} ns {:5.2}   {:5.0} ns {:5.2} of the floor's rate",
            way.name,
            each - support::each(floor.0, EVENTS),
            floor.0.as_secs_f64() / quick.as_secs_f64(),
            support::each(median, EVENTS),
            floor.1.as_secs_f64() / median.as_secs_f64(),
        );
    }
}
