//! `trunkline listen`.

use clap::Args;

use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::shown::{self, Shown};
use crate::watch::Watch;

/// Prints events as they come.
///
/// Listens live, with a copy of every event of its own; with `--group` it shares the work of a
/// durable group. With `--json` each event is {"name", "routing_key", "headers", "data", "message",
/// "received_at"}. Ends by itself with `--count`, `--for` or `--input`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    trunkline listen --input events.jsonl --name 'call_*' --json\n  \
    trunkline listen --input events.jsonl --key 'calls.#' --count 10")]
pub(crate) struct Listen {
    #[command(flatten)]
    watch: Watch,
}

impl Listen {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let output = &session.output;
        let show = |seen: &crate::watch::Seen<'_>| {
            let dialect = seen.bus.dialect();
            if output.is_json() {
                output.json(&Shown::new(dialect, seen.envelope, seen.at))?;
            } else {
                output.text(shown::line(dialect, seen.envelope, seen.at, output.paint()))?;
            }
            Ok(output.flush()?)
        };
        self.watch.run(session, show).await
    }
}
