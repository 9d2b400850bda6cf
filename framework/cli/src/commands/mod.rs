//! The commands, one module each.

mod bench;
mod completions;
mod config;

use clap::Subcommand;
use tracing::Level;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measures publishing, consuming and dispatching on a transport
    Bench(bench::Bench),
    /// Shows the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Prints a completion script for a shell
    Completions(completions::Completions),
}

impl Command {
    /// Does it.
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Bench(command) => command.run(session).await,
            Self::Config(command) => command.run(session),
            Self::Completions(command) => command.run(session),
        }
    }

    /// Threads the command works with.
    pub(crate) fn workers(&self) -> usize {
        match self {
            Self::Bench(command) => command.workers(),
            _ => 2,
        }
    }

    /// What is logged unless someone says otherwise.
    pub(crate) fn log_level(&self) -> Level {
        Level::WARN
    }
}
