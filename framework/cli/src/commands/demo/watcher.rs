//! What goes wrong and right in the services, as it happens.

use std::time::Duration;

use tokio::sync::mpsc;
use trunkline::plugins::PluginStatus;
use trunkline::{Attempt, DeadReason, Ending, Envelope, Observer};

use crate::host::PLUGINS;

/// Something a bystander should see.
#[derive(Debug)]
pub(super) enum Happening {
    /// A tenant sees an event of its own, or of another.
    Seen {
        view: usize,
        own: bool,
        envelope: Envelope,
    },
    /// A handler failed.
    Failed {
        service: String,
        attempt: u32,
        error: String,
    },
    /// It will try again.
    Retried { service: String, after: Duration },
    /// It got it done after all.
    Recovered { service: String, attempt: u32 },
    /// It never will.
    DeadLettered { service: String, reason: DeadReason },
    /// A newer build took a plugin's place, or could not.
    Swapped(Result<Box<PluginStatus>, String>),
}

/// Passes on what goes wrong in the services, and what is put right.
///
/// What cannot be shown in time is not shown: a service does not wait for its audience.
#[derive(Debug)]
pub(super) struct Watcher(pub(super) mpsc::Sender<Happening>);

impl Observer for Watcher {
    fn attempted(&self, attempt: &Attempt<'_>) {
        // All plugins are one service: it is the handler's name that says which.
        let service = || match attempt.service {
            PLUGINS => attempt.handler.to_owned(),
            service => service.to_owned(),
        };
        let happening = match attempt.outcome {
            Ok(()) if attempt.number > 1 => Happening::Recovered {
                service: service(),
                attempt: attempt.number,
            },
            Ok(()) => return,
            Err(error) => Happening::Failed {
                service: service(),
                attempt: attempt.number,
                error: error.to_string(),
            },
        };
        let _ = self.0.try_send(happening);
    }

    fn settled(&self, service: &str, _: &Envelope, ending: &Ending) {
        let service = service.to_owned();
        let happening = match ending {
            Ending::Retried { after } => Happening::Retried {
                service,
                after: *after,
            },
            Ending::DeadLettered { reason } => Happening::DeadLettered {
                service,
                reason: *reason,
            },
            _ => return,
        };
        let _ = self.0.try_send(happening);
    }
}
