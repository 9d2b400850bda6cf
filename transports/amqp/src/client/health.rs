//! What both links of a client say of themselves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::sync::watch;
use trunkline_core::{Health, TransportError, count_reconnect};

use crate::NAME;

/// What both links say of themselves, together.
pub(super) struct LinkHealth {
    pub(super) told: watch::Sender<Health>,
    trouble: Mutex<Trouble>,
    /// The first time that a link was tried and failed, or that both are up.
    pub(super) first: watch::Sender<Option<Result<(), Arc<TransportError>>>>,
}

/// What is not as it ought to be, and why.
struct Trouble {
    /// By link; `None` is up.
    links: [Option<Arc<str>>; 2],
    /// By queue: subscriptions that wait for theirs on a link that is up.
    queues: BTreeMap<String, Arc<str>>,
}

impl LinkHealth {
    pub(super) fn new() -> Self {
        let not_yet = || Some(Arc::from("not connected yet"));
        Self {
            told: watch::channel(Health::Connecting).0,
            trouble: Mutex::new(Trouble {
                links: [not_yet(), not_yet()],
                queues: BTreeMap::new(),
            }),
            first: watch::channel(None).0,
        }
    }

    pub(super) fn tell(&self, link: usize, state: Result<(), &TransportError>) {
        self.change(|trouble| trouble.links[link] = state.err().map(|error| chain(error).into()));
    }

    /// Tells that a subscription has its queue, or why it waits for it.
    pub(super) fn tell_queue(&self, queue: &str, state: Result<(), &TransportError>) {
        self.change(|trouble| match state {
            Ok(()) => drop(trouble.queues.remove(queue)),
            Err(error) => drop(trouble.queues.insert(queue.to_owned(), chain(error).into())),
        });
    }

    fn change(&self, change: impl FnOnce(&mut Trouble)) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut trouble);
        let links = trouble.links.iter().flatten();
        let now = links.chain(trouble.queues.values()).next().cloned();
        let before = self.told.borrow().clone();
        let health = match (now, &before) {
            (_, Health::Closed) => return,
            (None, _) => Health::Running,
            (Some(_), Health::Connecting) => Health::Connecting,
            (Some(reason), Health::Degraded { since, .. }) => Health::Degraded {
                since: *since,
                reason,
            },
            (Some(reason), _) => Health::Degraded {
                since: SystemTime::now(),
                reason,
            },
        };
        if health.is_running() && matches!(before, Health::Degraded { .. }) {
            count_reconnect(NAME);
        }
        self.told.send_replace(health);
    }

    pub(super) fn tried(&self, outcome: Result<(), TransportError>) {
        self.first.send_if_modified(|first| {
            let news = first.is_none();
            if news {
                *first = Some(outcome.map_err(Arc::new));
            }
            news
        });
    }
}

/// An error with its causes, for a line of text.
fn chain(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
