//! A service's life as a program of its own.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use trunkline::{Bus, ServiceBuilder};

use crate::Config;

/// Runs a service until SIGTERM or Ctrl-C, which drain it. The first argument of the program, if
/// any, names its configuration.
pub async fn run(service: impl FnOnce(Bus) -> ServiceBuilder) -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match until_told(service).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = &*error, "ended");
            ExitCode::FAILURE
        }
    }
}

async fn until_told(
    service: impl FnOnce(Bus) -> ServiceBuilder,
) -> Result<(), Box<dyn Error + 'static>> {
    let config = Config::load(std::env::args().nth(1))?;
    let bus = trunkline::connect(&config.transport).await?;
    let running = service(bus.clone()).build()?.start().await?;
    let handle = running.handle();
    let told_to_end = trunkline::shutdown_signal(); // heard from here on
    tracing::info!(service = handle.name(), "running");
    tokio::spawn(async move {
        match told_to_end.await {
            Ok(()) => handle.stop(),
            Err(error) => tracing::warn!(%error, "signals are not heard"),
        }
    });
    let report = running.finished().await?;
    tracing::info!(?report, "drained");
    bus.close().await?;
    Ok(())
}
