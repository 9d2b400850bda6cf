//! Dead letters as they are shown.

use trunkline::DeadLetter;

use crate::bus;
use crate::failure::Failure;
use crate::letters::{LetterShown, name, story, time};
use crate::output::{Columns, Tone, printable};
use crate::session::Session;

/// Lists dead letters.
pub(super) fn list(session: &Session, letters: &[DeadLetter]) -> Result<(), Failure> {
    let output = &session.output;
    let dialect = bus::dialect(&session.settings)?;
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
    let dialect = bus::dialect(&session.settings)?;
    output.json(&LetterShown::new(&*dialect, letter))?;
    for (word, value) in story(&*dialect, letter) {
        let word = output.paint().tone(Tone::Faint, format!("{word:<14}"));
        output.text(format!("{word}{value}"))?;
    }
    Ok(())
}
