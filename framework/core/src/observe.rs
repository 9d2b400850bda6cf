//! Watching what is published, handled and settled.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use metrics::{Counter, counter};

use crate::envelope::Envelope;
use crate::handler_error::HandlerError;
use crate::transport::{DeadReason, Receipt, TransportError};

/// Watches what passes through a bus and its services.
///
/// Called on the path of every event: an observer must be quick and must not block.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// An envelope was handed to the broker, or was not.
    fn published(&self, envelope: &Envelope, outcome: &Result<Receipt, TransportError>) {
        let _ = (envelope, outcome);
    }

    /// A handler has had its try.
    fn attempted(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// A service is done with a delivery, for now or for good.
    fn settled(&self, service: &str, envelope: &Envelope, ending: &Ending) {
        let _ = (service, envelope, ending);
    }
}

/// One handler's try at one delivery.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The service.
    pub service: &'a str,
    /// The handler, as the service names it.
    pub handler: &'a str,
    /// What was delivered.
    pub envelope: &'a Envelope,
    /// The how-manieth attempt, from 1.
    pub number: u32,
    /// How it went.
    pub outcome: &'a Result<(), HandlerError>,
}

/// How a service is done with a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// Every handler is done.
    Acked,
    /// No handler wanted it.
    Unhandled,
    /// It will be tried again after a wait.
    Retried {
        /// The wait.
        after: Duration,
    },
    /// It became a dead letter.
    DeadLettered {
        /// Why.
        reason: DeadReason,
    },
    /// A handler failed, and the service's guarantee is to go on all the same.
    Dropped,
    /// It went back for another member of the group.
    HandedBack,
}

impl Ending {
    /// The ending's word, as logs and metrics print it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Acked => "acked",
            Self::Unhandled => "unhandled",
            Self::Retried { .. } => "retried",
            Self::DeadLettered { .. } => "dead_lettered",
            Self::Dropped => "dropped",
            Self::HandedBack => "handed_back",
        }
    }
}

/// Counts a link that was lost and is restored, as `trunkline_reconnects_total`; for transports.
pub fn count_reconnect(transport: &'static str) {
    counter!("trunkline_reconnects_total", "transport" => transport).increment(1);
}

/// The observers of a bus, the metrics among them.
#[derive(Debug, Clone)]
pub(crate) struct Observers {
    metrics: BusMetrics,
    others: Arc<[Arc<dyn Observer>]>,
}

#[derive(Clone)]
struct BusMetrics {
    routed: Counter,
    unroutable: Counter,
    failed: Counter,
}

impl fmt::Debug for BusMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusMetrics")
    }
}

impl Observers {
    pub(crate) fn for_transport(transport: &'static str) -> Self {
        // Handles are taken once: looking one up for each event would cost more than the event.
        let published = |outcome: &'static str| counter!("trunkline_published_total", "transport" => transport, "outcome" => outcome);
        let metrics = BusMetrics {
            routed: published("ok"),
            unroutable: published("unroutable"),
            failed: published("failed"),
        };
        Self {
            metrics,
            others: Arc::new([]),
        }
    }

    pub(crate) fn with(&self, observer: Arc<dyn Observer>) -> Self {
        let others = self.others.iter().cloned().chain([observer]).collect();
        Self {
            metrics: self.metrics.clone(),
            others,
        }
    }

    /// Keeps the envelope if somebody will want to see it once it is published.
    pub(crate) fn watch_publish(&self, envelope: &Envelope) -> Option<Envelope> {
        (!self.others.is_empty()).then(|| envelope.clone())
    }

    pub(crate) fn published(
        &self,
        watched: Option<Envelope>,
        outcome: &Result<Receipt, TransportError>,
    ) {
        match outcome {
            Ok(receipt) if receipt.is_unroutable() => self.metrics.unroutable.increment(1),
            Ok(_) => self.metrics.routed.increment(1),
            Err(_) => self.metrics.failed.increment(1),
        }
        if let Some(envelope) = watched {
            self.others
                .iter()
                .for_each(|observer| observer.published(&envelope, outcome));
        }
    }

    pub(crate) fn attempted(&self, attempt: &Attempt<'_>) {
        self.others
            .iter()
            .for_each(|observer| observer.attempted(attempt));
    }

    pub(crate) fn settled(&self, service: &str, envelope: &Envelope, ending: &Ending) {
        self.others
            .iter()
            .for_each(|observer| observer.settled(service, envelope, ending));
    }
}
