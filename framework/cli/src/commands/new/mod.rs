//! `trunkline new`.

mod service;
mod source;

use clap::Subcommand;

pub(crate) use service::{fill, name as crate_name, write};
pub(crate) use source::Source;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Begins something of your own, which builds and passes its tests at once.
#[derive(Debug, Subcommand)]
pub(crate) enum New {
    Service(service::Service),
}

impl New {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Service(command) => command.run(session),
        }
    }
}
