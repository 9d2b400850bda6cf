//! The commands, one module each.

mod acl;
mod bench;
mod bridge;
mod catalog;
mod collectd;
mod completions;
mod config;
mod dead_letters;
mod demo;
mod each_line;
mod encode;
mod kazoo;
mod listen;
mod new;
mod plugin;
mod publish;
mod record;
mod replay;
mod run;
mod topology;

use clap::Subcommand;
use tracing::Level;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// What the program is to do; each command tells about itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Run(run::Run),
    Publish(publish::Publish),
    Listen(listen::Listen),
    Encode(encode::Encode),
    Decode(encode::Decode),
    Record(record::Record),
    Replay(replay::Replay),
    DeadLetters(dead_letters::DeadLetters),
    Topology(topology::Topology),
    Bridge(bridge::Bridge),
    Bench(bench::Bench),
    #[command(subcommand)]
    Catalog(catalog::Catalog),
    #[command(subcommand)]
    New(new::New),
    #[command(subcommand)]
    Acl(acl::Acl),
    #[command(subcommand)]
    Collectd(collectd::Collectd),
    #[command(subcommand)]
    Kazoo(kazoo::Kazoo),
    #[command(subcommand)]
    Plugin(plugin::Plugin),
    #[command(subcommand)]
    Config(config::Config),
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
            Self::Topology(command) => command.run(session).await,
            Self::Bridge(command) => command.run(session).await,
            Self::Bench(command) => command.run(session).await,
            Self::New(command) => command.run(session),
            Self::Acl(command) => command.run(session).await,
            Self::Collectd(command) => command.run(session).await,
            Self::Kazoo(command) => command.run(session).await,
            Self::Catalog(command) => command.run(session),
            Self::Plugin(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Completions(command) => command.run(session),
        }
    }

    /// Threads the command works with.
    pub(crate) fn workers(&self) -> usize {
        match self {
            Self::Bench(command) => command.workers(),
            // It has one thing to do, and each event would be handed on twice.
            Self::Bridge(_) => 1,
            _ => 2,
        }
    }

    /// Modules that log nothing unless someone says otherwise: the command tells all they say.
    pub(crate) fn untold(&self) -> &'static [&'static str] {
        match self {
            // Of a plugin's panic too.
            Self::Demo(_) => &["trunkline_plugin_host"],
            _ => &[],
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
