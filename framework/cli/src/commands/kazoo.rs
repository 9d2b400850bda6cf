//! `trunkline kazoo vectors`.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use trunkline::kazoo::answer_vector;

use super::each_line::each_line;
use crate::dialects::Fault;
use crate::failure::{Exit, Failure};
use crate::input::Fields;
use crate::session::Session;

/// Kazoo's events.
#[derive(Debug, Subcommand)]
pub(crate) enum Kazoo {
    Vectors(Vectors),
}

/// Answers test vectors of the Kazoo dialect.
///
/// Reads standard input, a JSON object {"id", "kind", "in"} a line, and prints {"id", "out"} or
/// {"id", "err"}, or {"id", "skipped": true} for a kind that is not known.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    echo '{\"id\":1,\"kind\":\"key_encode\",\"in\":{\"text\":\"a.b\"}}' | trunkline kazoo vectors")]
pub(crate) struct Vectors;

/// What became of a vector.
#[derive(Debug, Serialize)]
struct Answered {
    id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    err: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    skipped: bool,
}

impl Kazoo {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self::Vectors(_) = self;
        each_line(session, answer).await
    }
}

fn answer(line: &str) -> Result<Answered, Fault> {
    let fields = Fields::of(line)?;
    let kind: String = fields.required("kind")?;
    let missing = || Fault::new("in", "missing; give the vector's input");
    let answer = answer_vector(&kind, fields.get("in").ok_or_else(missing)?);
    let skipped = answer.is_none();
    let (out, err) = match answer {
        Some(Ok(out)) => (Some(out), None),
        Some(Err(code)) => (None, Some(code)),
        None => (None, None),
    };
    Ok(Answered {
        id: fields.get("id").map(ToOwned::to_owned),
        out,
        err,
        skipped,
    })
}
