//! What both links of a client say of themselves.

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
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.up[link] = state.is_ok();
        links.trouble[link] = state.err().map(|error| chain(error).into());
        let before = self.told.borrow().clone();
        let reason = links.trouble.iter().flatten().next().cloned();
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
