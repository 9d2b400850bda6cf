//! One client's link to its broker.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;
use trunkline_core::TransportError;

use crate::NAME;

/// One client's link to its broker, as everything that belongs to the client sees it.
pub(crate) struct Link {
    closed: AtomicBool,
    up: watch::Sender<bool>,
}

impl Link {
    pub(crate) fn new(up: bool) -> Self {
        Self {
            closed: AtomicBool::new(false),
            up: watch::channel(up).0,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
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
        !self.closed.swap(true, Ordering::SeqCst)
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
