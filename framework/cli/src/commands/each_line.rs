//! Commands that turn each line of standard input into a line of output.

use std::io::{self, BufReader, IsTerminal};

use serde::Serialize;

use crate::dialects::Fault;
use crate::failure::{Exit, Failure, Refusal};
use crate::input::Lines;
use crate::output::Output;
use crate::session::Session;

/// Turns each line of standard input into a line of output, until it ends or the program is
/// asked to.
pub(super) async fn each_line<T: Serialize + 'static>(
    session: &Session,
    turn: impl Fn(&str) -> Result<T, Fault> + Send + 'static,
) -> Result<Exit, Failure> {
    if io::stdin().is_terminal() {
        let hint =
            "reading lines from this terminal; end with Ctrl-D. `--help` shows what a line is";
        session.output.note(hint);
    }
    let output = session.output.clone();
    let work = tokio::task::spawn_blocking(move || turn_lines(&output, turn));
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
