//! Dead letters as they are shown.

use std::time::SystemTime;

use trunkline::{DeadLetter, Dialect};

use crate::bus;
use crate::failure::{Failure, chain};
use crate::letters::LetterShown;
use crate::output::{Columns, Tone, printable};
use crate::session::Session;

/// Lists dead letters.
pub(super) fn list(session: &Session, letters: &[DeadLetter]) -> Result<(), Failure> {
    let output = &session.output;
    let dialect = bus::dialect(&session.settings);
    let mut columns = Columns::new([
        "id",
        "event",
        "routing key",
        "reason",
        "attempts",
        "died at",
        "error",
    ]);
    for letter in letters {
        output.json(&LetterShown::new(&*dialect, letter))?;
        columns.row([
            printable(&letter.id).into_owned(),
            name(&*dialect, letter),
            printable(letter.envelope.routing_key().as_str()).into_owned(),
            letter.reason.to_string(),
            letter.attempts.to_string(),
            time(letter.died_at),
            printable(&letter.error).into_owned(),
        ]);
    }
    if letters.is_empty() {
        output.text("no dead letters")?;
    } else {
        columns.write(output)?;
    }
    Ok(())
}

/// Shows one dead letter, with its story.
pub(super) fn one(session: &Session, letter: &DeadLetter) -> Result<(), Failure> {
    let output = &session.output;
    let dialect = bus::dialect(&session.settings);
    output.json(&LetterShown::new(&*dialect, letter))?;
    for (word, value) in story(&*dialect, letter) {
        let word = output.paint().tone(Tone::Faint, format!("{word:<14}"));
        output.text(format!("{word}{value}"))?;
    }
    Ok(())
}

/// A dead letter's story, fit for a terminal.
pub(crate) fn story(dialect: &dyn Dialect, letter: &DeadLetter) -> Vec<(&'static str, String)> {
    let event_id = letter.envelope.id().map(ToString::to_string);
    let data = match dialect.data(&letter.envelope) {
        Ok(data) => data.into_owned(),
        Err(error) => chain(&error),
    };
    let handlers = letter.handlers.join(", ");
    let words = [
        ("id", letter.id.clone()),
        ("event", name(dialect, letter)),
        ("event id", event_id.unwrap_or_default()),
        (
            "routing key",
            letter.envelope.routing_key().as_str().to_owned(),
        ),
        ("died in", letter.source.clone()),
        ("handlers", handlers),
        ("reason", letter.reason.to_string()),
        ("error", letter.error.clone()),
        ("attempts", letter.attempts.to_string()),
        ("first attempt", time(letter.first_attempt_at)),
        ("died at", time(letter.died_at)),
        ("data", data),
    ];
    let printable = |(word, value): (_, String)| (word, printable(&value).into_owned());
    words.into_iter().map(printable).collect()
}

fn name(dialect: &dyn Dialect, letter: &DeadLetter) -> String {
    let name = dialect.event_name(&letter.envelope);
    name.as_deref()
        .map_or("(no name)".into(), printable)
        .into_owned()
}

fn time(time: SystemTime) -> String {
    match crate::dialects::Time::from(time) {
        crate::dialects::Time::Text(text) => {
            text.split('.').next().unwrap_or_default().to_owned() + "Z"
        }
        crate::dialects::Time::Seconds(seconds) => seconds.to_string(),
    }
}
