//! Ctrl-C and SIGTERM: the first asks the command to end, the second ends it.

use std::future::Future;

use tokio::sync::watch;

use crate::failure::{Exit, Failure};

/// Word that the program was asked to end.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on, inside a runtime.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let (asked, interrupt) = watch::channel(false);
        let mut signals = Signals::new()
            .map_err(|error| Failure::running("signals cannot be heard").caused_by(error))?;
        tokio::spawn(async move {
            signals.next().await;
            asked.send_replace(true);
            signals.next().await;
            // Asked twice: whatever holds the command up is not to hold up its user.
            std::process::exit(Exit::Interrupted as i32);
        });
        Ok(Self(interrupt))
    }

    /// Returns once the program is asked to end.
    pub(crate) async fn asked(&self) {
        let mut interrupt = self.0.clone();
        if interrupt.wait_for(|asked| *asked).await.is_err() {
            // The listener is gone with the runtime: nobody can ask any more.
            std::future::pending::<()>().await;
        }
    }

    /// Runs what may be cut short anywhere, until it ends or the program is asked to.
    pub(crate) async fn cuts_short(
        &self,
        work: impl Future<Output = Result<Exit, Failure>>,
    ) -> Result<Exit, Failure> {
        tokio::select! {
            biased;
            outcome = work => outcome,
            () = self.asked() => Ok(Exit::Interrupted),
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
