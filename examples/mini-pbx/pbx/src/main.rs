//! The whole mini PBX in one process, with its traffic.

#![allow(clippy::print_stdout, reason = "it prints what it shows")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use mini_pbx_plugind::Plugins;
use mini_pbx_traffic::{Speed, Town};

/// Runs the services of the mini PBX in one process, sends days of calls through them, and holds what
/// they add up to against a ledger. Exits with 1 if it is not the same.
#[derive(Debug, Parser)]
struct Arguments {
    /// Decides everything that happens
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Companies with a telephone system
    #[arg(long, default_value_t = 3)]
    tenants: usize,
    /// People in each
    #[arg(long, default_value_t = 6)]
    users: usize,
    /// Days that go by
    #[arg(long, default_value_t = 1)]
    days: u32,
    /// How many times as fast as here time goes by there; 0 is as fast as it can
    #[arg(long, default_value_t = 0.0)]
    speed: f64,
    /// Where events travel
    #[arg(long, default_value = "memory:")]
    transport: String,
    /// A directory of plugins, for plugind to host
    #[arg(long)]
    plugins: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let arguments = Arguments::parse();
    let town = Town::new(arguments.seed)
        .with_size(arguments.tenants, arguments.users)
        .with_days(arguments.days);
    let speed = match arguments.speed {
        0.0 => Speed::Max,
        times => Speed::Times(times),
    };
    let bus = trunkline::connect(&arguments.transport).await?;
    let plugind = mini_pbx_plugind::service(bus.clone()).build()?;
    let plugind = plugind.start().await?;
    let plugins = match &arguments.plugins {
        Some(directory) => Some(Plugins::of(&plugind, directory).await?),
        None => None,
    };
    let patience = Duration::from_secs(60);
    let outcome = mini_pbx::run(&bus, &town.traffic(), speed, patience).await?;
    plugind.drain().await?;

    println!("{} happenings", outcome.happenings);
    println!(
        "{:<22} {:>6} {:>9} {:>9}",
        "tenant", "calls", "answered", "talked"
    );
    for (name, totals, _) in &outcome.tenants {
        let talked = format!("{} min", totals.talked.as_secs() / 60);
        let (calls, answered) = (totals.calls, totals.answered);
        println!("{name:<22} {calls:>6} {answered:>9} {talked:>9}");
    }
    if let Some(plugins) = plugins {
        for plugin in plugins.host.plugins() {
            let (name, counts) = (plugin.name, plugin.counts);
            let (done, told) = (counts.done, counts.published);
            println!("the plugin {name} was given {done} events and told {told}");
        }
        plugins.close().await;
    }
    bus.close().await?;
    if outcome.is_right() {
        println!("the ledger agrees");
        Ok(ExitCode::SUCCESS)
    } else {
        println!("the ledger says otherwise: {:#?}", outcome.tenants);
        Ok(ExitCode::FAILURE)
    }
}
