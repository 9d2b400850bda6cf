//! `trunkline record`.

use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tokio::time::Instant;

use crate::failure::{Exit, Failure};
use crate::input::RecordLine;
use crate::output::{Output, say};
use crate::session::Session;
use crate::watch::{Seen, Watch};

/// Keeps events in a file, each with its offset in time, for `replay`.
///
/// A line of JSON for each event, of which nothing is lost. Ends by itself with `--count`, `--for`
/// or `--input`, else when interrupted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline record --out calls.jsonl --name 'call_*' --input events.jsonl")]
pub(crate) struct Record {
    /// The file, which is written anew; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    #[command(flatten)]
    watch: Watch,
}

#[derive(Serialize)]
struct Summary<'a> {
    recorded: u64,
    out: &'a Path,
}

impl Record {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let mut place = Place::open(&self.out, &session.output)?;
        let (mut begun, mut recorded) = (None, 0);
        let keep = |seen: &Seen<'_>| {
            let now = Instant::now();
            let offset = now - *begun.get_or_insert(now);
            if place.keep(&RecordLine::new(seen.envelope, offset))? {
                recorded += 1;
            }
            Ok(())
        };
        let exit = self.watch.run(session, keep).await?;
        if self.out != Path::new("-") {
            let out = self.out.as_path();
            session.output.json(&Summary { recorded, out })?;
            session
                .output
                .text(format!("recorded {recorded} events in {}", out.display()))?;
        }
        Ok(exit)
    }
}

/// Where a recording goes.
enum Place<'a> {
    File(&'a Path, LineWriter<File>),
    Output(&'a Output),
}

impl<'a> Place<'a> {
    fn open(path: &'a Path, output: &'a Output) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::Output(output));
        }
        let file = File::create(path).map_err(|error| {
            let problem = format!("`{}`: {error}", path.display());
            Failure::usage(
                "option `--out`",
                problem,
                "name a file that can be written, or `-`",
            )
        })?;
        Ok(Self::File(path, LineWriter::new(file)))
    }

    /// Keeps an event; false if no line can hold it.
    fn keep(&mut self, line: &RecordLine<'_>) -> Result<bool, Failure> {
        let mut json = match serde_json::to_vec(line) {
            Ok(json) => json,
            Err(error) => {
                say(&format!("an event was left out: {error}"));
                return Ok(false);
            }
        };
        json.push(b'\n');
        match self {
            Self::Output(output) => {
                output.raw(&json)?;
                output.flush()?;
            }
            Self::File(path, file) => file.write_all(&json).map_err(|error| {
                Failure::running(format!("`{}` cannot be written", path.display())).caused_by(error)
            })?,
        }
        Ok(true)
    }
}
