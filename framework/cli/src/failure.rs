//! How the program ends, and how it says why.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use trunkline::{BoxError, BuildError, PublishError, TransportError, TransportErrorKind};

use crate::output::OutputError;

/// The program's exit codes; a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Failed while running.
    Failed = 1,
    /// Bad usage or configuration.
    Usage = 2,
    /// The broker is unreachable, or refused us.
    Broker = 3,
    /// Input was refused.
    Input = 4,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// What clap's own endings mean: its help and version are no mistake.
    pub(crate) fn from_clap(usage: &clap::Error) -> Self {
        if usage.use_stderr() {
            Self::Usage
        } else {
            Self::Done
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what was asked, and the exit code that says so.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// Empty when there is nothing to say, as when the reader of a pipe has gone.
    message: String,
    cause: Option<BoxError>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            cause: None,
        }
    }

    /// Something went wrong while running.
    pub(crate) fn running(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Somebody who is to be asked is unreachable, or refuses us.
    pub(crate) fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Exit::Broker, message)
    }

    /// An option or a configuration key is at fault: which, why, and the accepted form.
    pub(crate) fn usage(place: impl Display, problem: impl Display, form: impl Display) -> Self {
        Self::new(Exit::Usage, format!("{place}: {problem}; {form}"))
    }

    /// A value is at fault, and whoever found that said what is accepted.
    pub(crate) fn bad_value(place: impl Display, problem: impl Display) -> Self {
        Self::new(Exit::Usage, format!("{place}: {problem}"))
    }

    /// A line of input is at fault: which line, which field, and why.
    pub(crate) fn input(source: impl Display, refusal: &Refusal) -> Self {
        Self::new(Exit::Input, format!("{source}, {refusal}"))
    }

    /// What was given as input is refused.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Input, message)
    }

    /// Lines of input were refused, each of which was told already.
    pub(crate) fn lines_refused(source: impl Display, refused: u64) -> Self {
        let lines = if refused == 1 { "line" } else { "lines" };
        Self::new(Exit::Input, format!("{source}: {refused} {lines} refused"))
    }

    /// A transport could not do what was asked.
    pub(crate) fn of_transport(error: &TransportError) -> Self {
        let exit = match error.kind() {
            TransportErrorKind::Configuration | TransportErrorKind::Unsupported => Exit::Usage,
            TransportErrorKind::Unreachable => Exit::Broker,
            TransportErrorKind::Refused => Exit::Input,
            _ => Exit::Failed,
        };
        let mut failure = Self::new(exit, error.to_string());
        failure.cause = error.source().map(|source| chain(source).into());
        failure
    }

    /// The broker is not there, or not for us.
    pub(crate) fn no_broker(why: impl AsRef<str>) -> Self {
        Self::new(Exit::Broker, why.as_ref())
    }

    /// Ends without a word.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self::new(exit, "")
    }

    /// Adds what led to it.
    pub(crate) fn caused_by(mut self, cause: impl Into<BoxError>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The code to leave with.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Prints the chain, each link once, to standard error.
    pub(crate) fn report(&self) {
        if self.message.is_empty() {
            return;
        }
        let mut text = format!("error: {}\n", self.message);
        let mut cause: Option<&dyn Error> = self.cause.as_deref().map(|cause| cause as _);
        while let Some(error) = cause {
            text.push_str(&format!("  because: {error}\n"));
            cause = error.source();
        }
        // There is nobody left to tell that standard error is gone.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

/// One line of input, or one field of it, that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Refusal {
    /// The line's number, from 1.
    pub(crate) line: u64,
    /// The field, or `line` for the line as a whole.
    pub(crate) field: String,
    /// Why, and what is accepted.
    pub(crate) reason: String,
}

impl Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "line {}, field `{}`: {}",
            self.line, self.field, self.reason
        )
    }
}

/// Writes an error and everything that led to it on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self::of_transport(&error)
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Transport(error) => error.into(),
            other => Self::new(Exit::Input, chain(&other)),
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::running(chain(&error))
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error {
            // Whoever read us has seen enough, as `head` has: that is no mistake of ours.
            OutputError::Closed => Self::silent(Exit::Done),
            OutputError::Failed(source) => {
                Self::running("standard output cannot be written").caused_by(source)
            }
        }
    }
}
