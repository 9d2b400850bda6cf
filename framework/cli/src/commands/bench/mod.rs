//! `trunkline bench`.

mod floor;
mod report;
mod sample;
mod stages;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use tokio::task::JoinError;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Measures publishing, consuming and dispatching on a transport.
///
/// Each round measures every stage once, so that a machine that slows down slows them all; the
/// median of the rounds is told, and its ratio to a floor measured among them: taking the same
/// events from a bounded channel, looking a handler up by name and awaiting its boxed future.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example:\n  trunkline bench --count 200000 --size 512 --handlers 50")]
pub(crate) struct Bench {
    /// Bytes of each event's content
    #[arg(long, value_name = "BYTES", default_value_t = 256, value_parser = RangedU64ValueParser::<usize>::new().range(32..=8 << 20))]
    size: usize,

    /// Events of each stage and round
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000_000))]
    count: usize,

    /// Handlers of the service, each for a name of its own
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    handlers: usize,

    /// Publishers at a time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    publishers: usize,

    /// Threads that work
    #[arg(long, value_name = "1|2", default_value_t = 1, value_parser = RangedU64ValueParser::<usize>::new().range(1..=2))]
    workers: usize,

    /// Rounds, the median of which is told
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1000))]
    rounds: usize,

    /// Lets the handler take a typed event, read from JSON each time; all events then have one name
    #[arg(long)]
    typed: bool,
}

impl Bench {
    /// Threads the runtime is to have.
    pub(crate) fn workers(&self) -> usize {
        self.workers
    }

    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        if cfg!(debug_assertions) {
            session.output.note("bench: built without optimisation; build with --release for figures that mean something");
        }
        let bus = session.connect().await?;
        let prefetch = session.settings.prefetch;
        let plan = self.clone();
        // On the workers, all of it: the thread that waits here is not one of them.
        let mut rounds = tokio::spawn(stages::measure(bus, plan, prefetch));
        let interrupt = &session.interrupt;
        let measured = tokio::select! {
            measured = &mut rounds => measured,
            () = interrupt.asked() => {
                rounds.abort();
                return Ok(Exit::Interrupted);
            }
        };
        let measured = measured.map_err(ended_early)??;
        report::write(&session.output, &self, &session.settings, &measured)?;
        Ok(Exit::Done)
    }
}

fn ended_early(error: JoinError) -> Failure {
    Failure::running("the measurement ended early").caused_by(error)
}
