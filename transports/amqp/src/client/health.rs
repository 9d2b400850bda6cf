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
    links: Mutex<Links>,
    /// The first time that a link was tried and failed, or that both are up.
    pub(super) first: watch::Sender<Option<Result<(), Arc<TransportError>>>>,
}

/// How each link does.
#[derive(Default)]
struct Links {
    up: [bool; 2],
    /// Why a link is not up; `None` before it was tried.
    trouble: [Option<Arc<str>>; 2],
    /// By queue: subscriptions that wait for theirs on a link that is up.
    queues: BTreeMap<String, Arc<str>>,
    /// Whether both have been up at once.
    both_were_up: bool,
}

impl LinkHealth {
    pub(super) fn new() -> Self {
        Self {
            told: watch::channel(Health::Connecting).0,
            links: Mutex::default(),
            first: watch::channel(None).0,
        }
    }

    pub(super) fn tell(&self, link: usize, state: Result<(), &TransportError>) {
        self.change(|links| {
            links.up[link] = state.is_ok();
            links.trouble[link] = state.err().map(|error| chain(error).into());
        });
    }

    /// Tells that a subscription has its queue, or why it waits for it.
    pub(super) fn tell_queue(&self, queue: &str, state: Result<(), &TransportError>) {
        self.change(|links| match state {
            Ok(()) => drop(links.queues.remove(queue)),
            Err(error) => drop(links.queues.insert(queue.to_owned(), chain(error).into())),
        });
    }

    fn change(&self, change: impl FnOnce(&mut Links)) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut links);
        let before = self.told.borrow().clone();
        let troubles = links.trouble.iter().flatten();
        let reason = troubles.chain(links.queues.values()).next().cloned();
        let health = match (reason, before) {
            (_, Health::Closed) => return,
            (None, _) if links.up == [true; 2] => Health::Running,
            // The other was not tried yet.
            (None, before) => before,
            // Told at once, also of a broker that has never been there: whoever waits knows why.
            (Some(reason), Health::Degraded { since, .. }) => Health::Degraded { since, reason },
            (Some(reason), _) => Health::Degraded {
                since: SystemTime::now(),
                reason,
            },
        };
        if health.is_running() && std::mem::replace(&mut links.both_were_up, true) {
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
