//! A plugin is a file: put into a directory it gets events, its next build takes its place while
//! calls go on, and taken away it is gone. The service never stops, and no event is lost or doubled.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 08_plugins
//!
//! It prints:
//!     call-stats 0.1.0 counts
//!     2 calls ended
//!     call-stats 0.2.0 counts
//!     2 calls ended, 1 of them answered
//!     plugins left: 0

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::error::Error;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;
use trunkline::plugins::{HostOptions, PluginHost};
use trunkline::{Bus, DynamicEvent, Service, TenantEvent};

/// What both versions of `call-stats` publish; the older one says nothing of answered calls.
#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "call_stats_counted", routing_key = "stats.calls")]
struct Counted {
    ended: u64,
    answered: Option<u64>,
}

async fn show(counted: Counted) {
    print!("{} calls ended", counted.ended);
    match counted.answered {
        Some(answered) => println!(", {answered} of them answered"),
        None => println!(),
    }
}

/// What cargo made of a plugin's crate. Yours is in its own `target`, after `cargo build --release`.
fn built(file: &str) -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("deps").join(file))
}

/// Puts a plugin into the directory whole: over it with a new one, away with the old one.
async fn put(host: &PluginHost, file: &str, place: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::copy(built(file)?, place.with_extension("new"))?;
    std::fs::rename(place.with_extension("new"), place)?;
    let loaded = host.load(place).await?; // `host.watch(directory)` does this by itself
    println!("{} {} counts", loaded.name, loaded.version);
    Ok(())
}

/// Two calls from beginning to end, the first of them answered.
async fn two_calls(bus: &Bus) -> Result<(), Box<dyn Error>> {
    let first = [("17", "created"), ("17", "answered"), ("17", "ended")];
    let second = [("18", "created"), ("18", "ended")];
    for (call, what) in first.into_iter().chain(second) {
        let event = DynamicEvent::tenant(format!("call_{what}"), "calls.{call_id}", "acme")?;
        let event = event.with_content(&json!({ "call_id": call }))?;
        bus.publisher().publish(&event).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let bus = trunkline::connect("memory:").await?;
    let screen = Service::builder("screen", bus.clone()).on(show);
    let screen = screen.build()?.start().await?;
    // A service that starts with no handlers: the plugins' handlers become its own.
    let service = PluginHost::service("plugins", bus.clone()).build()?;
    let service = service.start().await?;
    let host = PluginHost::new(service.handle(), HostOptions::new());

    let directory = tempfile::tempdir()?;
    let place = directory.path().join("call-stats.so");
    std::fs::write(place.with_extension("toml"), "[config]\nevery = 2\n")?;
    put(&host, "libcall_stats.so", &place).await?;
    two_calls(&bus).await?;
    screen.handle().settled(1).await;
    put(&host, "libcall_stats_next.so", &place).await?;
    two_calls(&bus).await?;
    screen.handle().settled(2).await;

    host.unload("call-stats").await;
    let left = host.plugins().len();
    println!("plugins left: {left}");
    service.drain().await?;
    host.close().await;
    screen.drain().await?;
    Ok(())
}
