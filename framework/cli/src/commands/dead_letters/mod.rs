//! `trunkline dead-letters`.

mod place;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::session::Session;
use place::Place;

/// Lists, shows, replays and purges dead letters.
///
/// They are those of a group on the broker (`--group`), or those that `run --dead-letters-out` kept
/// in a file (`--store`): a broker in memory forgets its own when its process ends.
#[derive(Debug, Args)]
pub(crate) struct DeadLetters {
    /// The group, which is named as its service; with `--store` that service's alone
    #[arg(long, global = true, value_name = "NAME")]
    group: Option<String>,

    /// The file that holds the dead letters
    #[arg(long, global = true, value_name = "FILE")]
    store: Option<PathBuf>,

    #[command(subcommand)]
    action: Action,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
enum Action {
    /// Lists dead letters, oldest first
    #[command(after_help = "Example:\n  trunkline dead-letters list --group billing")]
    List,
    /// Shows one dead letter with its story and its event
    #[command(after_help = "Example:\n  trunkline dead-letters show audit-1 --store dead.jsonl")]
    Show {
        /// Its id, as `list` tells it
        id: String,
    },
    /// Gives dead letters back to their service, and removes those replayed
    ///
    /// From a file they go to a built-in service in this process; those that die again stay.
    #[command(after_help = "Examples:\n  \
        trunkline dead-letters replay 3 7 --group billing\n  \
        trunkline dead-letters replay --all --store dead.jsonl")]
    Replay(Chosen),
    /// Removes dead letters for good
    #[command(after_help = "Example:\n  trunkline dead-letters purge --all --group billing")]
    Purge(Chosen),
}

/// Which dead letters.
#[derive(Debug, Clone, Args)]
struct Chosen {
    /// Their ids, as `list` tells them
    #[arg(
        required_unless_present = "all",
        conflicts_with = "all",
        value_name = "ID"
    )]
    ids: Vec<String>,

    /// All there are
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Done {
    Replayed(usize),
    Purged(usize),
}

impl DeadLetters {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        let work = async {
            let place = Place::open(session, self.group.as_deref(), self.store.as_deref()).await?;
            act(session, place, &self.action).await.map(|()| Exit::Done)
        };
        interrupt.cuts_short(work).await
    }
}

async fn act(session: &Session, mut place: Place<'_>, action: &Action) -> Result<(), Failure> {
    let output = &session.output;
    let there = place.letters().await?;
    match action {
        Action::List => show::list(session, &there)?,
        Action::Show { id } => {
            let letter = there.iter().find(|letter| letter.id == *id);
            show::one(session, letter.ok_or_else(|| unknown(id))?)?;
        }
        Action::Replay(chosen) => {
            let replayed = place.replay(chosen.of(&there)?).await?;
            output.json(&Done::Replayed(replayed))?;
            output.text(format!("replayed {replayed}"))?;
        }
        Action::Purge(chosen) => {
            let purged = place.purge(&chosen.of(&there)?).await?;
            output.json(&Done::Purged(purged))?;
            output.text(format!("purged {purged}"))?;
        }
    }
    place.close().await
}

impl Chosen {
    /// The ids chosen: those there are now, as what is replayed may die again under another.
    fn of(&self, there: &[trunkline::DeadLetter]) -> Result<Vec<String>, Failure> {
        let all: Vec<_> = there.iter().map(|letter| letter.id.clone()).collect();
        if self.all {
            return Ok(all);
        }
        match self.ids.iter().find(|id| !all.contains(id)) {
            Some(id) => Err(unknown(id)),
            None => Ok(self.ids.clone()),
        }
    }
}

fn unknown(id: &str) -> Failure {
    Failure::running(format!(
        "there is no dead letter `{id}`; `trunkline dead-letters list` tells those there are"
    ))
}
