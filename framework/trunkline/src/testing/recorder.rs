//! What a harness has seen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use trunkline_core::{
    Attempt, Audience, Bus, DialectExt, Ending, Envelope, Event, EventId, Observer, Receipt,
    TransportError,
};

/// A typed event that was published.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PublishedEvent<E> {
    /// The event.
    pub event: E,
    /// Whom it was for.
    pub audience: Audience,
    /// What went to the broker.
    pub envelope: Envelope,
}

/// One handler's try at one delivery.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Handled {
    /// The service.
    pub service: String,
    /// The handler.
    pub handler: String,
    /// The how-manieth attempt, from 1.
    pub attempt: u32,
    /// What was delivered.
    pub envelope: Envelope,
    /// `Ok`, or the error as text.
    pub outcome: Result<(), String>,
}

/// Writes down what passes through a bus.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    seen: Mutex<Seen>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Seen {
    published: Vec<Envelope>,
    refused: Vec<(Envelope, String)>,
    handled: Vec<Handled>,
    /// The last ending of each event in each service.
    endings: HashMap<(String, EventId), Ending>,
}

impl Recorder {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Told whenever something more was seen.
    pub(super) fn changed(&self) -> &Notify {
        &self.changed
    }

    pub(super) fn envelopes(&self) -> Vec<Envelope> {
        self.seen().published.clone()
    }

    pub(super) fn refused(&self) -> Vec<(Envelope, String)> {
        self.seen().refused.clone()
    }

    pub(super) fn handled(&self) -> Vec<Handled> {
        self.seen().handled.clone()
    }

    pub(super) fn events<E: Event>(&self, bus: &Bus) -> Vec<PublishedEvent<E>> {
        let is_one =
            |envelope: &Envelope| bus.dialect().event_name(envelope).as_deref() == Some(E::NAME);
        let read = |envelope: Envelope| {
            let event = bus.dialect().decode(&envelope).ok()?;
            let audience = bus.dialect().audience(&envelope).ok()?;
            Some(PublishedEvent {
                event,
                audience,
                envelope,
            })
        };
        self.envelopes()
            .into_iter()
            .filter(is_one)
            .filter_map(read)
            .collect()
    }

    /// Whether a service is done with an event for good.
    pub(super) fn is_done(&self, service: &str, id: &EventId) -> bool {
        let key = (service.to_owned(), id.clone());
        match self.seen().endings.get(&key) {
            None | Some(Ending::Retried { .. } | Ending::HandedBack) => false,
            Some(_) => true,
        }
    }

    /// Awaits another ending of an event that had one.
    pub(super) fn expect_again(&self, service: &str, id: &EventId) {
        self.seen()
            .endings
            .remove(&(service.to_owned(), id.clone()));
    }
}

impl Observer for Recorder {
    fn published(&self, envelope: &Envelope, outcome: &Result<Receipt, TransportError>) {
        match outcome {
            Ok(_) => self.seen().published.push(envelope.clone()),
            Err(error) => self
                .seen()
                .refused
                .push((envelope.clone(), error.to_string())),
        }
        self.changed.notify_waiters();
    }

    fn attempted(&self, attempt: &Attempt<'_>) {
        let outcome = match attempt.outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        self.seen().handled.push(Handled {
            service: attempt.service.to_owned(),
            handler: attempt.handler.to_owned(),
            attempt: attempt.number,
            envelope: attempt.envelope.clone(),
            outcome,
        });
    }

    fn settled(&self, service: &str, envelope: &Envelope, ending: &Ending) {
        if let Some(id) = envelope.id() {
            let key = (service.to_owned(), id.clone());
            self.seen().endings.insert(key, ending.clone());
        }
        self.changed.notify_waiters();
    }
}
