//! A dead letter in words.

use std::time::SystemTime;

use trunkline::{DeadLetter, Dialect};

use crate::dialects::Time;
use crate::failure::chain;
use crate::output::printable;

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

/// The name of a dead letter's event.
pub(crate) fn name(dialect: &dyn Dialect, letter: &DeadLetter) -> String {
    let name = dialect.event_name(&letter.envelope);
    name.as_deref()
        .map_or("(no name)".into(), printable)
        .into_owned()
}

/// A time, to the second.
pub(crate) fn time(time: SystemTime) -> String {
    match Time::from(time) {
        Time::Text(text) => text.split('.').next().unwrap_or_default().to_owned() + "Z",
        Time::Seconds(seconds) => seconds.to_string(),
    }
}
