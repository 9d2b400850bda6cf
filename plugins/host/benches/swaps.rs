//! What a swap costs: from file to active, the longest pause an event sees, and what a retired
//! version keeps of the process's memory. With the sample `call-stats`, in Rust with the SDK.
//!
//! `cargo bench -p trunkline-plugin-host --bench swaps`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trunkline_core::{Bus, DynamicEvent, Plain, RunningService};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, PluginHost};

const SWAPS: usize = 100;

/// The sample, built as it would be installed.
fn sample() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--quiet", "--lib", "-p", "call-stats"]);
    cargo.args(["--message-format", "json"]);
    let output = cargo.current_dir(workspace).output().unwrap();
    assert!(output.status.success());
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let files =
        messages.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let paths = files.map(|file| PathBuf::from(file.as_str().unwrap()));
    let mut found = paths.filter(|path| path.ends_with("libcall_stats.so"));
    found.next().unwrap()
}

/// Bytes of memory that are the process's own: its anonymous and its changed pages.
fn private() -> usize {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let lines = rollup
        .lines()
        .filter(|line| line.starts_with("Private_Dirty"));
    let kilobytes = lines.map(|line| {
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
    });
    kilobytes.sum::<usize>() * 1024
}

/// Bytes of memory in use.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<usize>()
        .unwrap()
        * 4096
}

/// One event after the other, each awaited to its end, until told to stop: how long each took.
async fn one_by_one(
    bus: &Bus,
    service: &RunningService,
    done: &mut u64,
    enough: &AtomicBool,
) -> Vec<Duration> {
    let event = DynamicEvent::tenant("call_created", "calls.1.created", "acme").unwrap();
    let event = event.with_content(&json!({ "call_id": "1" })).unwrap();
    let (publisher, handle) = (bus.publisher(), service.handle());
    let mut times = Vec::new();
    while !enough.load(Ordering::Relaxed) {
        let begun = Instant::now();
        publisher.publish(&event).await.unwrap();
        *done += 1;
        handle.settled(*done).await;
        times.push(begun.elapsed());
        tokio::task::yield_now().await;
    }
    times.sort();
    times
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("call-stats.so");
    std::fs::copy(sample(), &path).unwrap();
    // As the profile of `plugin new` does it.
    let stripped = Command::new("strip").arg(&path).status();
    assert!(stripped.unwrap().success());
    let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
    let service = PluginHost::service("bench", bus.clone()).build().unwrap();
    let service = service.start().await.unwrap();
    let mut options = HostOptions::new();
    options.generations = 10 * SWAPS;
    let host = PluginHost::new(service.handle(), options);
    host.load(&path).await.unwrap();
    println!(
        "call-stats.so, {} KB, {SWAPS} swaps",
        std::fs::metadata(&path).unwrap().len() / 1024
    );

    // Idle: how long a load takes, and what it leaves behind.
    let before = (private(), resident());
    let mut loads = Vec::new();
    for _ in 0..SWAPS {
        let begun = Instant::now();
        host.load(&path).await.unwrap();
        loads.push(begun.elapsed());
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let kept = |before: usize, after: usize| after.saturating_sub(before) / SWAPS / 1024;
    let (median, longest) = (support::median(&mut loads), loads[loads.len() - 1]);
    println!("from file to active: median {median:.1?}, longest {longest:.1?}");
    println!(
        "a retired version keeps {} KB of private memory, {} KB resident",
        kept(before.0, private()),
        kept(before.1, resident()),
    );

    // The pause, beside the same events without a swap for as long.
    let enough = AtomicBool::new(false);
    let mut done = 0;
    let swaps = async {
        let begun = Instant::now();
        for _ in 0..SWAPS {
            host.load(&path).await.unwrap();
        }
        enough.store(true, Ordering::Relaxed);
        begun.elapsed()
    };
    let (swapping, took) = tokio::join!(one_by_one(&bus, &service, &mut done, &enough), swaps);
    enough.store(false, Ordering::Relaxed);
    let rest = async {
        tokio::time::sleep(took).await;
        enough.store(true, Ordering::Relaxed);
    };
    let (quiet, ()) = tokio::join!(one_by_one(&bus, &service, &mut done, &enough), rest);
    for (name, times) in [("while swapping", swapping), ("without a swap", quiet)] {
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!(
            "{name}: {} events; median {:.1?}, 99.9 % within {:.1?}, longest {:.1?}",
            times.len(),
            at(0.5),
            at(0.999),
            at(1.0),
        );
    }
    service.drain().await.unwrap();
    host.close().await;
}
