//! `trunkline acl check`.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use trunkline::wazo::{AccessList, Holder};

use super::each_line::each_line;
use crate::dialects::Fault;
use crate::failure::{Exit, Failure};
use crate::input::Fields;
use crate::output::Tone;
use crate::session::Session;

/// Access lists of Wazo's tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Acl {
    Check(Check),
}

/// Tells whether an access list grants what is required.
///
/// `*` in an entry stands for anything but dots, `#` for anything; an entry that begins with `!`
/// refuses. With `--stdin`, reads a JSON object {"id", "acl", "auth_id", "session_id", "required"} a
/// line, `required` a list of texts or null, and prints {"id", "granted"}, a list of true and false;
/// the exit code is 4 if a line was refused.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline acl check --acl 'events.calls.#' '!events.calls.secret' -- events.calls.created")]
pub(crate) struct Check {
    /// Entries of the list; may be given several times
    #[arg(long = "acl", value_name = "ENTRY", num_args = 1..)]
    entries: Vec<String>,

    /// What is required: the last one, if it follows entries
    #[arg(value_name = "REQUIRED")]
    required: Option<String>,

    /// What `me` in an entry matches beside itself
    #[arg(long, value_name = "ID")]
    auth_id: Option<String>,

    /// What `my_session` in an entry matches beside itself
    #[arg(long, value_name = "ID")]
    session_id: Option<String>,

    /// Checks each line of standard input
    #[arg(long, conflicts_with_all = ["entries", "required", "auth_id", "session_id"])]
    stdin: bool,
}

const FORM: &str = "write `trunkline acl check --acl ENTRY… -- REQUIRED`, or give lists line by line \
    with `--stdin`";

impl Acl {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self::Check(check) = self;
        if check.stdin {
            return each_line(session, check_line).await;
        }
        check.one(session)
    }
}

impl Check {
    fn one(mut self, session: &Session) -> Result<Exit, Failure> {
        // An option of several values takes the one after them, too.
        let required = match self.required.take() {
            None if self.entries.len() > 1 => self.entries.pop(),
            required => required,
        };
        let missing = |what| Failure::usage(what, "missing", FORM);
        if self.entries.is_empty() {
            return Err(missing("option `--acl`"));
        }
        let required = required.ok_or_else(|| missing("argument `REQUIRED`"))?;
        let holder = Holder::new()
            .with_auth_id(self.auth_id.as_deref())
            .with_session_id(self.session_id.as_deref());
        let granted = AccessList::of_holder(&self.entries, holder).grants(Some(&required));
        let output = &session.output;
        output.json(&serde_json::json!({"required": required, "granted": granted}))?;
        let (tone, word) = if granted {
            (Tone::Good, "granted")
        } else {
            (Tone::Warn, "refused")
        };
        output.text(output.paint().tone(tone, word))?;
        Ok(Exit::Done)
    }
}

/// What became of a line.
#[derive(Debug, Serialize)]
struct Checked {
    id: Option<Box<RawValue>>,
    granted: Vec<bool>,
}

fn check_line(line: &str) -> Result<Checked, Fault> {
    let fields = Fields::of(line)?;
    let entries: Vec<String> = fields.required("acl")?;
    let (auth_id, session_id): (Option<String>, Option<String>) =
        (fields.read("auth_id")?, fields.read("session_id")?);
    let holder = Holder::new()
        .with_auth_id(auth_id.as_deref())
        .with_session_id(session_id.as_deref());
    let list = AccessList::of_holder(&entries, holder);
    let required = required(&fields)?;
    let granted = required.iter().map(|text| list.grants(text.as_deref()));
    Ok(Checked {
        id: fields.get("id").map(ToOwned::to_owned),
        granted: granted.collect(),
    })
}

/// What a line requires: `required`, or the first of each pair in `checks`, as in recorded vectors.
fn required(fields: &Fields<'_>) -> Result<Vec<Option<String>>, Fault> {
    match fields.read::<Vec<(Option<String>, Json)>>("checks")? {
        Some(checks) if fields.get("required").is_none() => {
            Ok(checks.into_iter().map(|(required, _)| required).collect())
        }
        _ => fields.required("required"),
    }
}
