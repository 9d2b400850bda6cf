//! `trunkline plugin seal`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::check::hex;
use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Writes a plugin's own SHA-256 into it, so that a host knows it whole: the last step of a build.
///
/// A seal proves that no byte is missing or changed by accident; it does not say who built the file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline plugin seal target/release/libwelcome.so")]
pub(crate) struct Seal {
    /// The plugins' files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Sealed<'a> {
    path: &'a PathBuf,
    seal: &'a str,
}

impl Seal {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let output = &session.output;
        let mut exit = Exit::Done;
        for path in &self.files {
            match trunkline::plugins::seal(path) {
                Ok(seal) => {
                    let seal = hex(&seal);
                    output.json(&Sealed { path, seal: &seal })?;
                    output.text(format!("{}: sealed {seal}", path.display()))?;
                }
                Err(error) => {
                    crate::output::say(&format!("error: {error}"));
                    exit = Exit::Input;
                }
            }
        }
        Ok(exit)
    }
}
