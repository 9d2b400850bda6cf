//! A dead letter as a line, to be kept and to be shown.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::value::RawValue;
use trunkline::{DeadLetter, DeadReason, Dialect};

use crate::dialects::{Fault, Time};
use crate::input::{Fields, RecordLine};
use crate::shown::Shown;

/// The version of the form; `docs/record.md` tells its fields.
const VERSION: u32 = 1;

/// A dead letter as it is kept: nothing of it is lost.
#[derive(Debug, Serialize)]
pub(crate) struct LetterLine<'a> {
    dead_letter: u32,
    #[serde(flatten)]
    story: Story<'a>,
    event: RecordLine<'a>,
}

/// How an event came to be a dead letter.
#[derive(Debug, Serialize)]
struct Story<'a> {
    id: &'a str,
    source: &'a str,
    reason: DeadReason,
    error: &'a str,
    attempts: u32,
    handlers: &'a [String],
    first_attempt_at: Time,
    died_at: Time,
}

impl<'a> Story<'a> {
    fn of(letter: &'a DeadLetter) -> Self {
        Self {
            id: &letter.id,
            source: &letter.source,
            reason: letter.reason,
            error: &letter.error,
            attempts: letter.attempts,
            handlers: &letter.handlers,
            first_attempt_at: letter.first_attempt_at.into(),
            died_at: letter.died_at.into(),
        }
    }
}

impl<'a> LetterLine<'a> {
    /// Keeps a dead letter.
    pub(crate) fn new(letter: &'a DeadLetter) -> Self {
        Self {
            dead_letter: VERSION,
            story: Story::of(letter),
            event: RecordLine::new(&letter.envelope, Duration::ZERO),
        }
    }

    /// Reads a dead letter that was kept.
    pub(crate) fn read(line: &str) -> Result<DeadLetter, Fault> {
        let fields = Fields::of(line)?;
        let version: u32 = fields.required("dead_letter")?;
        if version != VERSION {
            let reason = format!("version {version} is not known; this program reads {VERSION}");
            return Err(Fault::new("dead_letter", reason));
        }
        let event: &RawValue = fields.required("event")?;
        let (envelope, _) = RecordLine::read(&Fields::of(event.get())?)?;
        let [id, source]: [String; 2] = [fields.required("id")?, fields.required("source")?];
        let reason: DeadReason = fields.required("reason")?;
        let mut letter = DeadLetter::new(id, envelope, reason, source);
        letter.error = fields.read("error")?.unwrap_or_default();
        letter.attempts = fields.read("attempts")?.unwrap_or(1);
        letter.handlers = fields.read("handlers")?.unwrap_or_default();
        letter.first_attempt_at = time(&fields, "first_attempt_at")?;
        letter.died_at = time(&fields, "died_at")?;
        Ok(letter)
    }
}

fn time(fields: &Fields<'_>, field: &'static str) -> Result<SystemTime, Fault> {
    let time: Time = fields.required(field)?;
    let wanted = "no time; write it like `2026-02-03T04:05:06.078901Z`";
    time.read().ok_or_else(|| Fault::new(field, wanted))
}

/// A dead letter as it is shown to programs: its story, and its event as `listen` shows it.
#[derive(Debug, Serialize)]
pub(crate) struct LetterShown<'a> {
    #[serde(flatten)]
    story: Story<'a>,
    #[serde(flatten)]
    event: Shown<'a>,
}

impl<'a> LetterShown<'a> {
    /// Shows a dead letter.
    pub(crate) fn new(dialect: &dyn Dialect, letter: &'a DeadLetter) -> Self {
        Self {
            story: Story::of(letter),
            event: Shown::new(dialect, &letter.envelope, letter.died_at),
        }
    }
}
