//! The command line: options that all commands share, and the commands.

use std::path::PathBuf;

use clap::Parser;

use crate::commands::Command;
use crate::settings::Given;

/// The heading of options that all commands share.
const COMMON: &str = "Common options";

/// Publish, watch, record and replay events, on any broker or none.
///
/// A transport is a URL, such as `memory:`; it may also stand in the configuration, as every
/// setting may: defaults, below `--config FILE`, below TRUNKLINE_… in the environment, below
/// options. `trunkline config show` tells what came of it.
#[derive(Debug, Parser)]
#[command(name = "trunkline", version, arg_required_else_help = true)]
#[command(after_help = "Example:\n  trunkline demo --seconds 20")]
pub(crate) struct Cli {
    /// Reads settings from this TOML file
    #[arg(long, global = true, help_heading = COMMON, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Logs to standard error: off, error, warn, info, debug, trace, or levels by module
    #[arg(long, global = true, help_heading = COMMON, value_name = "LEVEL")]
    log: Option<String>,

    /// Prints one JSON object a line on standard output, and nothing else there
    #[arg(long, global = true, help_heading = COMMON)]
    json: bool,

    /// Prints nothing but the result
    #[arg(long, global = true, help_heading = COMMON)]
    quiet: bool,

    /// Where events travel. Default `memory:`, which is this process alone
    #[arg(long, global = true, help_heading = COMMON, value_name = "URL")]
    transport: Option<String>,

    /// How events are written: wazo (the default), kazoo, plain, cloudevents, or
    /// cloudevents-json for its structured mode
    #[arg(long, global = true, help_heading = COMMON, value_name = "DIALECT")]
    dialect: Option<String>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What was said on the command line, for the settings.
    pub(crate) fn given(&self) -> Given {
        let text = |value: &Option<String>| value.clone();
        let flag = |set: bool| set.then(|| "true".to_owned());
        let options = [
            ("transport", text(&self.transport)),
            ("dialect", text(&self.dialect)),
            ("log", text(&self.log)),
            ("json", flag(self.json)),
            ("quiet", flag(self.quiet)),
        ];
        let said = options
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let mut options: Vec<_> = said.collect();
        match &self.command {
            Command::Run(run) => options.extend(run.given()),
            Command::Topology(topology) => options.extend(topology.given()),
            _ => {}
        }
        Given {
            config: self.config.clone(),
            options,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn check(command: &clap::Command) {
            let mut leaves = command.get_subcommands().peekable();
            if leaves.peek().is_none() {
                let help = command.get_after_help().map(ToString::to_string);
                let help = help.unwrap_or_default();
                assert!(help.contains("Example"), "{}", command.get_name());
                assert!(help.contains("trunkline "), "{}", command.get_name());
            }
            leaves.for_each(check);
        }
        check(&Cli::command());
    }
}
