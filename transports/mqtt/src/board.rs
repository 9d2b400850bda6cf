//! The truth about all links of a client.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use tokio::sync::watch;
use trunkline_core::{Health, TransportError};

use crate::NAME;
use crate::sync::Mutex;

/// The truth about all links of a client: it is running when every one of them is up.
pub(crate) struct Board {
    health: watch::Sender<Health>,
    state: Mutex<State>,
    next: AtomicU64,
}

#[derive(Default)]
struct State {
    down: HashMap<u64, (SystemTime, Arc<str>)>,
    closed: bool,
}

/// One link's line on the board; it goes with the value.
pub(crate) struct Line {
    board: Arc<Board>,
    number: u64,
}

impl Board {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            health: watch::channel(Health::Connecting).0,
            state: Mutex::default(),
            next: AtomicU64::new(0),
        })
    }

    pub(crate) fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    pub(crate) fn line(self: &Arc<Self>) -> Line {
        Line {
            board: Arc::clone(self),
            number: self.next.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Says that the client is closed; false if it was.
    pub(crate) fn close(&self) -> bool {
        let mut state = self.state.lock();
        let first = !std::mem::replace(&mut state.closed, true);
        self.tell(&state);
        first
    }

    pub(crate) fn check_open(&self) -> Result<(), TransportError> {
        match self.state.lock().closed {
            true => Err(TransportError::Closed { transport: NAME }),
            false => Ok(()),
        }
    }

    fn tell(&self, state: &State) {
        let worst = state.down.values().min_by_key(|(since, _)| *since);
        let now = match worst {
            _ if state.closed => Health::Closed,
            Some((since, reason)) => Health::Degraded {
                since: *since,
                reason: Arc::clone(reason),
            },
            None => Health::Running,
        };
        self.health.send_if_modified(|health| {
            let changed = *health != now;
            *health = now;
            changed
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        self.tell(&state);
    }
}

impl Line {
    /// Whether another link of the client is down.
    pub(crate) fn others_are_down(&self) -> bool {
        let state = self.board.state.lock();
        state.down.keys().any(|number| *number != self.number)
    }

    pub(crate) fn up(&self) {
        self.board
            .change(|state| drop(state.down.remove(&self.number)));
    }

    pub(crate) fn down(&self, since: SystemTime, reason: &Arc<str>) {
        let entry = (since, Arc::clone(reason));
        self.board
            .change(|state| drop(state.down.insert(self.number, entry)));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_that_is_down_is_enough() {
        let board = Board::new();
        let (one, other) = (board.line(), board.line());
        one.up();
        assert!(board.health().borrow().is_running());
        let early = SystemTime::UNIX_EPOCH;
        one.down(SystemTime::now(), &"later".into());
        assert!(other.others_are_down() && !one.others_are_down());
        other.down(early, &"first".into());
        let degraded = Health::Degraded {
            since: early,
            reason: "first".into(),
        };
        assert_eq!(*board.health().borrow(), degraded);
        other.up();
        assert!(!board.health().borrow().is_running());
        drop(one);
        assert!(board.health().borrow().is_running());
        assert!(board.close() && !board.close());
        other.up();
        assert_eq!(*board.health().borrow(), Health::Closed);
    }
}
