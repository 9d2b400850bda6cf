//! One client's link to its broker.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use trunkline_core::TransportError;

use crate::NAME;

const OPEN: u8 = 0;
/// Nothing passes, and nobody has noticed.
const FROZEN: u8 = 1;
const CLOSED: u8 = 2;

/// One client's link to its broker, as everything that belongs to the client sees it.
pub(crate) struct Link {
    standing: AtomicU8,
    up: watch::Sender<bool>,
}

impl Link {
    pub(crate) fn new(up: bool) -> Self {
        Self {
            standing: AtomicU8::new(OPEN),
            up: watch::channel(up).0,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.standing.load(Ordering::Relaxed) == OPEN
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.standing.load(Ordering::Relaxed) == FROZEN
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.standing.load(Ordering::Relaxed) == CLOSED
    }

    /// Changes the standing from one to another; false if it was not the one.
    fn turn(&self, from: u8, to: u8) -> bool {
        let (success, failure) = (Ordering::SeqCst, Ordering::SeqCst);
        let turned = self.standing.compare_exchange(from, to, success, failure);
        turned.is_ok()
    }

    pub(crate) fn freeze(&self) -> bool {
        self.turn(OPEN, FROZEN)
    }

    pub(crate) fn thaw(&self) -> bool {
        self.turn(FROZEN, OPEN)
    }

    /// Waits so long at most for the link to be up; false if it was not.
    pub(crate) async fn is_up_within(&self, patience: Duration) -> bool {
        let mut up = self.up.subscribe();
        timeout(patience, up.wait_for(|up| *up)).await.is_ok()
    }

    pub(crate) fn check_open(&self) -> Result<(), TransportError> {
        if self.is_closed() {
            Err(TransportError::Closed { transport: NAME })
        } else {
            Ok(())
        }
    }

    /// Closes the link for good; false if it was closed before.
    pub(crate) fn close(&self) -> bool {
        self.standing.swap(CLOSED, Ordering::SeqCst) != CLOSED
    }

    pub(crate) fn set_up(&self, up: bool) {
        self.up.send_replace(up);
    }

    /// Waits until the broker can be asked: nobody answers in its place.
    pub(crate) async fn reached(&self) -> Result<(), TransportError> {
        self.check_open()?;
        let mut up = self.up.subscribe();
        // Closing says that the link is up, and then the look behind it tells.
        let came = up.wait_for(|up| *up).await.map(drop);
        came.map_err(|_| TransportError::Closed { transport: NAME })?;
        self.check_open()
    }
}
