//! `trunkline encode` and `trunkline decode`.

use std::io::{self, BufReader};

use clap::Args;
use serde::Serialize;
use trunkline::wazo::Description;

use crate::dialects::{DialectName, Fault};
use crate::failure::{Exit, Failure, Refusal};
use crate::input::Lines;
use crate::output::Output;
use crate::session::Session;

/// Turns descriptions of events into the messages that carry them, without a broker.
///
/// Reads standard input, a JSON object a line, with the keys `level`, `name`, `routing_key_fmt`,
/// `required_acl_fmt`, `content`, `tenant_uuid`, `user_uuid`, `user_uuids`, `extra_vars`,
/// `service_uuid`, `now`, `extra_headers`, `initial_data` and `routing_key_override`; unknown keys
/// are ignored, absent ones are null. Prints {"headers", "payload", "routing_key",
/// "event_routing_key"}, or {"error": {"line", "field", "reason"}} for a line that is refused; the
/// exit code is 4 if any was.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    echo '{\"level\":\"service\",\"name\":\"lift_off\",\"routing_key_fmt\":\"pad.{pad}.lift_off\",\"content\":{\"pad\":\"39a\"}}' | trunkline encode")]
pub(crate) struct Encode;

/// Turns messages back into descriptions of their events, without a broker.
///
/// Reads standard input, a JSON object {"headers", "payload", "routing_key"} a line, and prints what
/// `encode` reads, or {"error": {"line", "field", "reason"}} for a line that is refused; the exit
/// code is 4 if any was.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline encode < events.jsonl | trunkline decode")]
pub(crate) struct Decode;

impl Encode {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        each_line(session, |dialect, line| {
            dialect.wire(&Description::from_line(line)?)
        })
        .await
    }
}

impl Decode {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        each_line(session, DialectName::read_back).await
    }
}

/// Turns each line of standard input into a line of output, until it ends or the program is
/// asked to.
async fn each_line<T: Serialize + 'static>(
    session: &Session,
    turn: impl Fn(DialectName, &str) -> Result<T, Fault> + Send + 'static,
) -> Result<Exit, Failure> {
    let (output, dialect) = (session.output.clone(), session.settings.dialect);
    let work = tokio::task::spawn_blocking(move || turn_lines(&output, |line| turn(dialect, line)));
    let work = async {
        work.await
            .map_err(|error| Failure::running("the lines could not be read").caused_by(error))?
    };
    session.interrupt.cuts_short(work).await
}

fn turn_lines<T: Serialize>(
    output: &Output,
    turn: impl Fn(&str) -> Result<T, Fault>,
) -> Result<Exit, Failure> {
    #[derive(Serialize)]
    struct Refused<'a> {
        error: &'a Refusal,
    }
    let unreadable = |error| Failure::running("standard input cannot be read").caused_by(error);
    let mut lines = Lines::new(BufReader::with_capacity(64 << 10, io::stdin()));
    let mut refused = 0;
    while let Some((number, line)) = lines.next().map_err(unreadable)? {
        let turned = line.and_then(|line| turn(line).map_err(|fault| Refusal::at(number, fault)));
        match turned {
            Ok(turned) => output.object(&turned)?,
            Err(refusal) => {
                refused += 1;
                output.object(&Refused { error: &refusal })?;
            }
        }
        // Whoever writes a line and waits for its answer is not to wait for the next one.
        if lines.would_wait() {
            output.flush()?;
        }
    }
    match refused {
        0 => Ok(Exit::Done),
        refused => Err(Failure::lines_refused("standard input", refused)),
    }
}
