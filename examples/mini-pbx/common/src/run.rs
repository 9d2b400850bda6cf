//! A service's life as a program of its own.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;
use trunkline::{Bus, RunningService, ServiceBuilder};

use crate::{Config, Store};

/// Whatever ends a program.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs a service until SIGTERM or Ctrl-C, which drain it. The first argument of the program, if
/// any, names its configuration.
pub async fn run<V>(name: &str, service: impl FnOnce(Bus, Store<V>) -> ServiceBuilder) -> ExitCode
where
    V: Clone + Serialize + DeserializeOwned,
{
    program(async |config: Config| {
        let bus = connect(&config, name).await?;
        let service = service(bus.clone(), config.store_of(name)?);
        finish(service.build()?.start().await?).await?;
        Ok(bus.close().await?)
    })
    .await
}

/// A program: reads the configuration, logs to standard error, and exits with 1 on an error.
pub async fn program(run: impl AsyncFnOnce(Config) -> Result<(), Error>) -> ExitCode {
    // RabbitMQ's client logs whole messages.
    let wanted = Targets::new().with_default(LevelFilter::INFO);
    let wanted = wanted.with_target("lapin", LevelFilter::OFF);
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(lines.with_filter(wanted))
        .init();
    let ended = match Config::load(std::env::args().nth(1)) {
        Ok(config) => run(config).await,
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = &*error;
            tracing::error!(error, "ended");
            ExitCode::FAILURE
        }
    }
}

/// Connects a service to the broker of the configuration.
///
/// # Errors
/// As [`trunkline::connect`].
pub async fn connect(config: &Config, name: &str) -> Result<Bus, Error> {
    Ok(trunkline::connect(&config.transport_of(name)).await?)
}

/// Waits until the program is told to end, and for the service to drain then.
///
/// # Errors
/// That the service ended by itself, and why.
pub async fn finish(running: RunningService) -> Result<(), Error> {
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
    Ok(())
}
