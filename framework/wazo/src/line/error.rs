//! Why a line was refused.

use std::error::Error;
use std::fmt;

use trunkline_core::{DecodeError, EncodeError, HeaderError, KeyError, TemplateError};

use crate::json::{Flaw, MAX_DEPTH, ObjectError};
use crate::time::LocalTimeError;

/// The field named in errors about a line as a whole.
pub(super) const WHOLE: &str = "line";

/// Why a line was refused: the field and what is wrong with it.
///
/// Its text is the reason in full, causes included, as one line of output needs it; so it has no
/// [`source`](Error::source).
#[derive(Debug)]
pub struct LineError {
    field: &'static str,
    problem: LineProblem,
}

/// What is wrong with a field of a line.
#[derive(Debug)]
#[non_exhaustive]
pub enum LineProblem {
    /// It is not JSON, or holds a number or text that no reader could take.
    NotJson(serde_json::Error),
    /// It names a key twice.
    Duplicate(String),
    /// It is nested deeper than a body may be.
    TooDeep,
    /// It is absent or null, and must not be.
    Missing,
    /// It is of another kind than it should be.
    Kind {
        /// What it is.
        found: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// It is text, but not one of those that are known.
    Unknown {
        /// The text.
        found: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// It is not a template.
    Template(TemplateError),
    /// It is not a local time.
    Time(LocalTimeError),
    /// It cannot be a header.
    Header(HeaderError),
    /// It cannot be a routing key.
    RoutingKey(KeyError),
    /// The event cannot be written.
    Encode(EncodeError),
    /// The message cannot be read.
    Decode(DecodeError),
}

impl LineError {
    pub(crate) fn new(field: &'static str, problem: LineProblem) -> Self {
        Self { field, problem }
    }

    /// The field that is wrong; `line` when it is the line as a whole.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &LineProblem {
        &self.problem
    }

    pub(super) fn header(field: &'static str, error: HeaderError) -> Self {
        Self::new(field, LineProblem::Header(error))
    }

    pub(super) fn in_object(field: &'static str, error: ObjectError) -> Self {
        let problem = match error {
            ObjectError::NotJson(error) => LineProblem::NotJson(error),
            ObjectError::NotAnObject => LineProblem::Kind {
                found: "not an object",
                wanted: "an object",
            },
            ObjectError::Duplicate(name) => LineProblem::Duplicate(name),
        };
        Self::new(field, problem)
    }

    pub(super) fn flawed(field: &'static str, flaw: Flaw) -> Self {
        let problem = match flaw {
            Flaw::TooDeep => LineProblem::TooDeep,
            Flaw::Duplicate(name) => LineProblem::Duplicate(name),
            Flaw::Unreadable(error) => LineProblem::NotJson(error),
        };
        Self::new(field, problem)
    }

    pub(super) fn undecodable(error: DecodeError) -> Self {
        let field = match &error {
            DecodeError::Header { .. } => "headers",
            _ => "payload",
        };
        Self::new(field, LineProblem::Decode(error))
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            LineProblem::NotJson(error) => write!(f, "not JSON that can be read: {error}"),
            LineProblem::Duplicate(name) => {
                write!(f, "the key `{name}` is there twice; keep one of them")
            }
            LineProblem::TooDeep => {
                write!(f, "nested too deep; a body has {MAX_DEPTH} levels at most")
            }
            LineProblem::Missing => f.write_str("missing; give it a value other than null"),
            LineProblem::Kind { found, wanted } => write!(f, "found {found}; expected {wanted}"),
            LineProblem::Unknown { found, wanted } => {
                write!(f, "found `{found}`; expected {wanted}")
            }
            LineProblem::Template(error) => write!(f, "not a template: {error}"),
            LineProblem::Time(error) => error.fmt(f),
            LineProblem::Header(error) => error.fmt(f),
            LineProblem::RoutingKey(error) => error.fmt(f),
            LineProblem::Encode(error) => with_causes(f, error),
            LineProblem::Decode(error) => with_causes(f, error),
        }
    }
}

fn with_causes(f: &mut fmt::Formatter<'_>, error: &dyn Error) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

impl Error for LineError {}
