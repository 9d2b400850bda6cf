//! Where dead letters are: on a broker, or in a file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use trunkline::{Bus, DeadLetter, PublishOptions};

use crate::failure::Failure;
use crate::feed::patient;
use crate::host::{Account, Host, Narrator, SERVICES};
use crate::letters::{self, Store};
use crate::session::Session;

/// Where dead letters are.
pub(super) enum Place<'a> {
    /// On a broker.
    Broker {
        bus: Bus,
        letters: Arc<dyn trunkline::DeadLetters>,
    },
    /// In a file, those of one group alone if it is named.
    File {
        session: &'a Session,
        store: Store,
        group: Option<&'a str>,
    },
}

impl<'a> Place<'a> {
    pub(super) async fn open(
        session: &'a Session,
        group: Option<&'a str>,
        store: Option<&Path>,
    ) -> Result<Self, Failure> {
        if let Some(path) = store {
            if !session.in_memory() {
                let form = "leave `--store` or `--transport` out";
                return Err(Failure::usage(
                    "option `--store`",
                    "is for `memory:` alone",
                    form,
                ));
            }
            let store = Store::open(path)?;
            return Ok(Self::File {
                session,
                store,
                group,
            });
        }
        let Some(group) = group else {
            let form = "give `--group NAME`, the group on the broker, or `--store FILE`";
            return Err(Failure::usage("option `--group`", "missing", form));
        };
        if session.in_memory() {
            session.output.note(
                "memory: has no dead letters but those of this process; give the --transport URL of \
                 a broker, or the --store FILE that `trunkline run --dead-letters-out` wrote",
            );
        }
        let bus = session.connect().await?;
        let letters = bus.transport().dead_letters(group).await?;
        Ok(Self::Broker { bus, letters })
    }

    /// The dead letters there are, oldest first.
    pub(super) async fn letters(&self) -> Result<Vec<DeadLetter>, Failure> {
        match self {
            Self::Broker { letters, .. } => letters::all(letters).await,
            Self::File { store, group, .. } => {
                let wanted =
                    |letter: &&DeadLetter| group.is_none_or(|group| letter.source == group);
                Ok(store.letters().iter().filter(wanted).cloned().collect())
            }
        }
    }

    /// Gives dead letters back to their group; tells how many there still were.
    pub(super) async fn replay(&mut self, ids: Vec<String>) -> Result<usize, Failure> {
        match self {
            Self::Broker { letters, .. } => {
                let mut replayed = 0;
                for id in ids {
                    replayed += usize::from(letters.replay(&id).await?);
                }
                Ok(replayed)
            }
            Self::File { session, store, .. } => {
                let replayed = ids.len();
                for (service, letters) in by_service(store, &ids)? {
                    let dead = replay_here(session, service, &letters).await?;
                    for letter in letters {
                        store.remove(&letter.id);
                        // Dead again: under its old id, with the new story.
                        if let Some(mut again) = again(&dead, &letter) {
                            again.id = letter.id;
                            store.add(again);
                        }
                    }
                    store.save()?;
                }
                Ok(replayed)
            }
        }
    }

    /// Removes dead letters for good; tells how many there still were.
    pub(super) async fn purge(&mut self, ids: &[String]) -> Result<usize, Failure> {
        match self {
            Self::Broker { letters, .. } => {
                let mut purged = 0;
                for id in ids {
                    purged += usize::from(letters.purge(id).await?);
                }
                Ok(purged)
            }
            Self::File { store, .. } => {
                ids.iter().for_each(|id| store.remove(id));
                store.save()?;
                Ok(ids.len())
            }
        }
    }

    pub(super) async fn close(self) -> Result<(), Failure> {
        match self {
            Self::Broker { bus, .. } => Ok(bus.close().await?),
            Self::File { .. } => Ok(()),
        }
    }
}

/// The dead letters of these ids, by the service they died in.
fn by_service(
    store: &Store,
    ids: &[String],
) -> Result<BTreeMap<&'static str, Vec<DeadLetter>>, Failure> {
    let mut by_service: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for letter in store
        .letters()
        .iter()
        .filter(|letter| ids.contains(&letter.id))
    {
        let service = SERVICES
            .into_iter()
            .find(|service| *service == letter.source);
        let service = service.ok_or_else(|| {
            let (id, source) = (&letter.id, &letter.source);
            let here = SERVICES.join("` and `");
            Failure::running(format!(
                "`{id}` is of the service `{source}`; here are `{here}`"
            ))
        })?;
        let mut letter = letter.clone();
        letter.envelope = patient(letter.envelope);
        by_service.entry(service).or_default().push(letter);
    }
    Ok(by_service)
}

/// Lets a built-in service handle dead letters; gives those that died again.
async fn replay_here(
    session: &Session,
    service: &str,
    letters: &[DeadLetter],
) -> Result<Vec<DeadLetter>, Failure> {
    let bus = session.connect().await?;
    let account = Arc::new(Account::default());
    let narrator = Arc::new(Narrator::new(bus.clone(), session.output.clone()));
    let bus = bus.observed_by(account.clone()).observed_by(narrator);
    let host = Host::start(session, &bus, &account, &[], |name| name == service).await?;
    for letter in letters {
        let options = PublishOptions::new().with_timeout(session.settings.publish_timeout);
        bus.publisher()
            .publish_envelope(letter.envelope.clone(), options)
            .await?;
    }
    account.all_settled().await;
    host.drain().await?;
    let dead = letters::all(&bus.transport().dead_letters(service).await?).await?;
    bus.close().await?;
    Ok(dead)
}

/// The same event among those that died again.
fn again(dead: &[DeadLetter], letter: &DeadLetter) -> Option<DeadLetter> {
    let same = |other: &&DeadLetter| other.envelope.id() == letter.envelope.id();
    dead.iter().find(same).cloned()
}
