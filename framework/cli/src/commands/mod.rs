//! The commands, one module each.

mod bench;
mod completions;
mod config;
mod dead_letters;
mod demo;
mod encode;
mod listen;
mod publish;
mod record;
mod replay;
mod run;

use clap::Subcommand;
use tracing::Level;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows what Trunkline does, without a broker
    Demo(demo::Demo),
    /// Hosts services until told to stop, or until a recording is handled
    Run(run::Run),
    /// Publishes one event, or one for each line of standard input
    Publish(publish::Publish),
    /// Prints events as they come
    Listen(listen::Listen),
    /// Turns descriptions of events into messages, line by line
    Encode(encode::Encode),
    /// Turns messages back into descriptions of events, line by line
    Decode(encode::Decode),
    /// Keeps events in a file, each with its offset in time
    Record(record::Record),
    /// Publishes a recording again, at its pace or another
    Replay(replay::Replay),
    /// Lists, shows, replays and purges dead letters
    DeadLetters(dead_letters::DeadLetters),
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
            Self::Demo(command) => command.run(session).await,
            Self::DeadLetters(command) => command.run(session).await,
            Self::Run(command) => command.run(session).await,
            Self::Publish(command) => command.run(session).await,
            Self::Listen(command) => command.run(session).await,
            Self::Record(command) => command.run(session).await,
            Self::Replay(command) => command.run(session).await,
            Self::Encode(command) => command.run(session).await,
            Self::Decode(command) => command.run(session).await,
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
        match self {
            // They tell of failures themselves.
            Self::Demo(_) | Self::Run(_) | Self::DeadLetters(_) => Level::ERROR,
            _ => Level::WARN,
        }
    }
}
