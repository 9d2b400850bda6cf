//! A transport under test, with bounds on every wait.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use trunkline_core::{
    Capabilities, Envelope, PublishOptions, Receipt, SubscribeOptions, Transport, TransportError,
    TransportErrorKind,
};

use crate::inbox::Inbox;
use crate::ledger::{Ledger, Mark};

/// Waits for something at most so long; `None` if it did not happen in time.
///
/// What is found only because the deadline made us look again was never announced: whoever waits
/// without a deadline would wait for ever. That is not in time, however short the limit, and a
/// paused clock would hide it.
pub(crate) async fn in_time<T>(limit: Duration, awaited: impl Future<Output = T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    let done = timeout_at(deadline, awaited).await.ok()?;
    (Instant::now() < deadline).then_some(done)
}

/// Waits for something at most so long.
///
/// # Panics
/// When it does not happen in time, saying what was awaited.
pub async fn within<T>(
    limit: Duration,
    what: impl fmt::Display,
    awaited: impl Future<Output = T>,
) -> T {
    match in_time(limit, awaited).await {
        Some(done) => done,
        None => panic!("not within {limit:?}: {what}"),
    }
}

/// A pause between two looks at something that ought to change.
const LOOK: Duration = Duration::from_millis(10);

/// Looks again and again until something holds.
///
/// # Panics
/// When it does not hold in time.
pub async fn until<F: Future<Output = bool>>(
    limit: Duration,
    what: impl fmt::Display,
    mut holds: impl FnMut() -> F,
) {
    within(limit, what, async {
        while !holds().await {
            sleep(LOOK).await;
        }
    })
    .await;
}

/// One client of the broker: a transport under test, with bounds on every wait.
#[derive(Debug, Clone)]
pub struct Client {
    name: String,
    transport: Arc<dyn Transport>,
    ledger: Arc<Ledger>,
    patience: Duration,
}

impl Client {
    pub(crate) fn new(
        name: String,
        transport: Arc<dyn Transport>,
        ledger: Arc<Ledger>,
        patience: Duration,
    ) -> Self {
        Self {
            name,
            transport,
            ledger,
            patience,
        }
    }

    /// The client's name, as the broker was given it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The transport itself.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// What the transport claims.
    pub fn capabilities(&self) -> &Capabilities {
        self.transport.capabilities()
    }

    /// Publishes an event that the broker must take.
    ///
    /// # Panics
    /// When it does not.
    pub async fn publish(&self, event: &Envelope) -> Receipt {
        self.publish_with(event, PublishOptions::new()).await
    }

    /// Publishes an event that the broker must take, with options.
    ///
    /// # Panics
    /// When it does not.
    pub async fn publish_with(&self, event: &Envelope, options: PublishOptions) -> Receipt {
        match self.try_publish(event, options).await {
            Ok(receipt) => receipt,
            Err(error) => panic!("{} could not publish {event:?}: {error:?}", self.name),
        }
    }

    /// Publishes, and notes in the ledger what the broker said.
    ///
    /// # Errors
    /// What the transport said.
    ///
    /// # Panics
    /// When the transport says nothing long after the time-out it was given.
    pub async fn try_publish(
        &self,
        event: &Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        let limit = options.timeout + self.patience;
        let publish = self.transport.publish(event.clone(), options);
        // On every event's way: the words are made only if they are needed.
        let outcome = match in_time(limit, publish).await {
            Some(outcome) => outcome,
            None => panic!("{}: no answer within {limit:?} to {event:?}", self.name),
        };
        if let Some(mark) = Mark::of(event) {
            match &outcome {
                Ok(_) => self.ledger.confirmed(mark),
                Err(error) if error.kind() == TransportErrorKind::Unknown => {
                    self.ledger.uncertain(mark);
                }
                Err(_) => self.ledger.refused(mark),
            }
        }
        outcome
    }

    /// Publishes the same event again until the broker says that it has it.
    ///
    /// # Panics
    /// When that takes too long, or the transport says that trying again is useless.
    pub async fn publish_until_confirmed(&self, event: &Envelope) {
        let give_up = Instant::now() + 3 * self.patience;
        let options = PublishOptions::new().with_timeout(self.patience / 4);
        loop {
            let error = match self.try_publish(event, options.clone()).await {
                Ok(_) => return,
                Err(error) => error,
            };
            assert!(
                error.is_retryable(),
                "{} may not retry {event:?}: {error:?}",
                self.name
            );
            assert!(
                Instant::now() < give_up,
                "{} could not publish {event:?} for {:?}: {error:?}",
                self.name,
                3 * self.patience
            );
            sleep(LOOK).await;
        }
    }

    /// Subscribes, which must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub async fn subscribe(&self, options: SubscribeOptions) -> Inbox {
        match self.try_subscribe(options).await {
            Ok(inbox) => inbox,
            Err(error) => panic!("{} could not subscribe: {error:?}", self.name),
        }
    }

    /// Subscribes.
    ///
    /// # Errors
    /// What the transport said.
    ///
    /// # Panics
    /// When the transport says nothing.
    pub async fn try_subscribe(&self, options: SubscribeOptions) -> Result<Inbox, TransportError> {
        let label = format!("{} {:?}", self.name, options.kind);
        let what = format!("an answer to the subscribe of {label}");
        let subscription = within(self.patience, what, self.transport.subscribe(options)).await?;
        Ok(Inbox::new(label, subscription, self.patience))
    }

    /// Waits until the transport says that its link is up.
    ///
    /// # Panics
    /// When it does not say so in time.
    pub async fn running(&self) {
        let mut health = self.transport.health();
        let what = format!("{} running again", self.name);
        let up = async { health.wait_for(|health| health.is_running()).await.is_ok() };
        assert!(
            within(self.patience, what, up).await,
            "{} gave its health up",
            self.name
        );
    }

    /// Waits until the transport says that its link is not up.
    ///
    /// # Panics
    /// When it does not say so within `limit`.
    pub async fn not_running(&self, limit: Duration) {
        let mut health = self.transport.health();
        let what = format!("{} noticing that its link is gone", self.name);
        let down = async { health.wait_for(|health| !health.is_running()).await.is_ok() };
        assert!(
            within(limit, what, down).await,
            "{} gave its health up",
            self.name
        );
    }

    /// Closes the transport, in time.
    ///
    /// # Panics
    /// When it does not return in time, or says that it met trouble.
    pub async fn close(&self) {
        let what = format!("the close of {}", self.name);
        if let Err(error) = within(self.patience, what, self.transport.close()).await {
            panic!("{} closed with trouble: {error:?}", self.name);
        }
    }
}

/// Holds that something unclaimed was refused as such.
///
/// # Panics
/// When it worked, so that the declaration is stale; or when the refusal is of another kind.
#[track_caller]
pub fn assert_unsupported<T>(what: &str, outcome: Result<T, TransportError>) {
    match outcome {
        Ok(_) => panic!("stale declaration: {what} is not claimed and yet was accepted"),
        Err(TransportError::Unsupported { .. }) => {}
        Err(error) => panic!("{what} is not claimed; expected `Unsupported`, got {error:?}"),
    }
}

/// Holds that something failed in one way.
///
/// # Panics
/// When it worked, or failed in another way.
#[track_caller]
pub fn assert_kind<T>(
    what: &str,
    outcome: Result<T, TransportError>,
    kind: TransportErrorKind,
) -> TransportError {
    match outcome {
        Ok(_) => panic!("{what} was accepted; expected an error of kind {kind:?}"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{what}: {error:?}");
            error
        }
    }
}
