//! What every command starts with: settings, output, logs, and a bus if it needs one.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::cli::Cli;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::settings::Settings;

/// What every command starts with.
#[derive(Debug)]
pub(crate) struct Session {
    /// What the program was told.
    pub(crate) settings: Settings,
    /// Standard output.
    pub(crate) output: Output,
    /// Word that the program was asked to end.
    pub(crate) interrupt: Interrupt,
}

impl Session {
    /// Reads the settings and begins to log and to hear signals, inside a runtime.
    pub(crate) fn open(cli: &Cli) -> Result<Self, Failure> {
        let interrupt = Interrupt::listen()?;
        let settings = Settings::load(&cli.given())?;
        let quietest = LevelFilter::from_level(cli.command.log_level());
        let log = settings.log.clone();
        // The AMQP client logs whole messages, and each loss of a link several times; the transport
        // says what there is to say.
        let usual = Targets::new().with_default(quietest);
        let silent = cli.command.untold().iter().copied().chain(["lapin"]);
        let usual = usual.with_targets(silent.map(|module| (module, LevelFilter::OFF)));
        start_log(log.unwrap_or(usual));
        for warning in &settings.warnings {
            tracing::warn!("{warning}");
        }
        let output = Output::open(settings.json, settings.quiet);
        Ok(Self {
            settings,
            output,
            interrupt,
        })
    }
}

/// Logs go to standard error, coloured on a terminal alone.
fn start_log(wanted: Targets) {
    let ansi = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(ansi)
        // Told on standard error itself, which panics where that is closed.
        .log_internal_errors(false)
        .with_filter(wanted);
    // There is one session; were there two, the first one's log would serve.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
