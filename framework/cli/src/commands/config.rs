//! `trunkline config`.

use clap::Subcommand;

use crate::failure::{Exit, Failure};
use crate::output::Columns;
use crate::session::Session;
use crate::settings::reference;

/// Shows the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Prints each setting with its value and who said so; secrets are masked
    #[command(after_help = "Example:\n  \
        TRUNKLINE_PREFETCH=200 trunkline config show --transport memory:lab")]
    Show,
    /// Explains every setting: key, default, what it is about and what it may be
    ///
    /// The table is Markdown. In the environment a key is in capitals after `TRUNKLINE_`.
    #[command(after_help = "Example:\n  trunkline config reference --json")]
    Reference,
}

impl Config {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Show => show(session),
            Self::Reference => explain(session),
        }
    }
}

fn show(session: &Session) -> Result<Exit, Failure> {
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

fn explain(session: &Session) -> Result<Exit, Failure> {
    let output = &session.output;
    output.text("| key | default | is | accepted |\n| --- | --- | --- | --- |")?;
    for key in reference() {
        output.json(&key)?;
        let default = match key.default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let (name, is) = (key.key, key.is);
        let form = key.form.strip_prefix("write ").unwrap_or(key.form);
        output.text(format!("| `{name}` | {default} | {is} | {form} |"))?;
    }
    Ok(Exit::Done)
}
