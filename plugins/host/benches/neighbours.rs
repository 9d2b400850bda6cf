//! What one plugin's trouble costs the others in its host: the rate of a plugin that does nothing
//! wrong, beside one whose handler never returns, and beside one that publishes without end; in the
//! same run as that plugin beside nobody, turn by turn.
//!
//! `cargo bench -p trunkline-plugin-host --bench neighbours`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use trunkline_core::{Bus, DynamicEvent, Plain, PublishOptions, RunningService};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, PluginHost};

/// Events of the good plugin in a turn, and how many come between two of the bad one's.
const TICKS: usize = 2000;
const BETWEEN: usize = 100;
const TURNS: usize = 60;

/// Never comes back: each event takes one of its threads, for good.
const NEVER: &str = "for (;;) pause();";
/// Publishes as fast as it is let.
const FLOOD: &str = r#"
    tl_publication noise = {
        .size = sizeof noise, .level = TL_LEVEL_SERVICE, .name = tl_str("noise"),
        .routing_key = tl_str("noise"), .content = tl_str("{}"),
    };
    for (int at = 0; at < 20000; at++) host->publish(host->ctx, token, &noise, 0);
    return TL_OK;"#;

struct Stage {
    name: &'static str,
    bus: Bus,
    /// Dropped, it would drain.
    _service: RunningService,
    host: PluginHost,
    done: u64,
    times: Vec<Duration>,
}

impl Stage {
    async fn new(name: &'static str, bad: Option<&str>, publish_per_s: Option<u32>) -> Self {
        let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
        let service = PluginHost::service("bench", bus.clone()).build().unwrap();
        let service = service.start().await.unwrap();
        let mut options = HostOptions::new();
        // It stays as bad as it is: no time-out, no quarantine.
        options.defaults.timeout_ms = 3_600_000;
        options.defaults.publish_per_s = publish_per_s;
        let host = PluginHost::new(service.handle(), options);
        let directory = tempfile::tempdir().unwrap();
        let good = support::compile(directory.path(), "sync");
        host.load(&good).await.unwrap();
        if let Some(body) = bad {
            let bad = support::compile_body(directory.path(), "bad", "poke", body);
            host.load(&bad).await.unwrap();
        }
        Self {
            name,
            bus,
            _service: service,
            host,
            done: 0,
            times: Vec::new(),
        }
    }

    fn good_done(&self) -> u64 {
        let plugins = self.host.plugins();
        let good = plugins.iter().find(|plugin| plugin.name == "sync").unwrap();
        good.counts.done
    }

    async fn turn(&mut self) {
        let publisher = self.bus.publisher();
        let envelope = support::envelope();
        let poke = DynamicEvent::service("poke", "poke").unwrap();
        let begun = Instant::now();
        for at in 0..TICKS {
            if at % BETWEEN == 0 {
                publisher.publish(&poke).await.unwrap();
            }
            let one = publisher.publish_envelope(envelope.clone(), PublishOptions::default());
            one.await.unwrap();
        }
        self.done += TICKS as u64;
        while self.good_done() < self.done {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        self.times.push(begun.elapsed());
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut stages = [
        Stage::new("beside nobody", None, None).await,
        Stage::new("a handler that never returns", Some(NEVER), None).await,
        Stage::new("a flood, `publish_per_s = 500`", Some(FLOOD), Some(500)).await,
        Stage::new("a flood, no limit but its queue", Some(FLOOD), None).await,
    ];
    for _ in 0..TURNS {
        for stage in &mut stages {
            stage.turn().await;
        }
    }
    println!(
        "{TICKS} events a turn of a plugin on its own threads, one in {BETWEEN} more of the other; {TURNS} turns"
    );
    let floor = support::median(&mut stages[0].times).as_secs_f64();
    for stage in &mut stages {
        let median = support::median(&mut stage.times).as_secs_f64();
        println!(
            "{:32} {:8.0} events a second in the median, {:.2} of its rate beside nobody",
            stage.name,
            TICKS as f64 / median,
            floor / median,
        );
    }
    for stage in &stages {
        for plugin in stage.host.plugins() {
            if plugin.name == "bad" {
                let counts = plugin.counts;
                println!(
                    "  {}: {} in its hands, {} sent back, {} published, {} refused",
                    stage.name,
                    plugin.in_flight,
                    counts.overflows,
                    counts.published,
                    counts.limited
                );
            }
        }
    }
    // Threads that never come back are not waited for.
    std::process::exit(0);
}
