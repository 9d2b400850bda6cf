//! `trunkline config show`.

use clap::Subcommand;

use crate::failure::{Exit, Failure};
use crate::output::Columns;
use crate::session::Session;

/// Shows the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Prints each setting with its value and who said so; secrets are masked
    #[command(after_help = "Example:\n  \
        TRUNKLINE_PREFETCH=200 trunkline config show --transport memory:lab")]
    Show,
}

impl Config {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self::Show = self;
        let (settings, output) = (&session.settings, &session.output);
        let mut columns = Columns::new(["key", "value", "origin"]);
        for shown in &settings.shown {
            output.json(shown)?;
            let shown = shown.clone();
            columns.row([shown.key.to_owned(), shown.value, shown.origin]);
        }
        columns.write(output)?;
        Ok(Exit::Done)
    }
}
