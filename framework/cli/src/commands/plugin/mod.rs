//! `trunkline plugin`.

mod check;
mod list;
mod new;
mod seal;

use clap::Subcommand;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Makes, checks, seals and lists plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    New(new::New),
    Check(check::Check),
    List(list::List),
    Seal(seal::Seal),
}

impl Plugin {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::New(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Seal(command) => command.run(session),
        }
    }
}
