//! Services under test.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{
    Bus, DeadLetter, DrainReport, Envelope, Event, Outgoing, PublishError, Publisher, Receipt,
    RunningService, ServiceBuilder, ServiceHandle, TransportError,
};
use trunkline_memory::MemoryBroker;

use super::recorder::{Handled, PublishedEvent, Recorder};

/// Longest that [`Harness::idle`] waits. Under a paused clock it takes no time, and leaves room
/// for any ladder of retries.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Runs services and sees everything that passes between them.
///
/// Every method that waits panics with a list of what is still going on when it has waited in
/// vain for a day, or on a real clock for [as long as it was told](Harness::with_patience): a
/// test should fail, not hang.
#[derive(Debug)]
pub struct Harness {
    bus: Bus,
    broker: Option<MemoryBroker>,
    recorder: Arc<Recorder>,
    services: Mutex<Vec<RunningService>>,
    patience: Duration,
}

impl Harness {
    /// A harness on a broker of its own in memory, speaking the default dialect.
    pub fn memory() -> Self {
        let broker = MemoryBroker::new();
        let bus = Bus::new(Arc::new(broker.connect()), crate::DefaultDialect::default());
        Self {
            broker: Some(broker),
            ..Self::on(&bus)
        }
    }

    /// A harness on the broker a URL names: the same test, on a real broker.
    ///
    /// # Errors
    /// [`TransportError`], as [`connect`](crate::connect) says.
    pub async fn connect(url: &str) -> Result<Self, TransportError> {
        Ok(Self::on(&crate::connect(url).await?))
    }

    /// A harness on a bus.
    pub fn on(bus: &Bus) -> Self {
        let recorder = Arc::new(Recorder::default());
        let bus = bus.observed_by(Arc::clone(&recorder) as _);
        let services = Mutex::default();
        Self {
            bus,
            broker: None,
            recorder,
            services,
            patience: PATIENCE,
        }
    }

    /// Waits no longer than this for things to come to rest. Default a day, which a paused clock
    /// makes short.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The bus to build services on.
    pub fn bus(&self) -> Bus {
        self.bus.clone()
    }

    /// A publisher on the harness's bus.
    pub fn publisher(&self) -> Publisher {
        self.bus.publisher()
    }

    /// The broker in memory, to make faults with and look into.
    ///
    /// # Panics
    /// On a harness that was connected to another.
    pub fn broker(&self) -> &MemoryBroker {
        self.broker
            .as_ref()
            .expect("faults are made on `Harness::memory()`")
    }

    fn services(&self) -> MutexGuard<'_, Vec<RunningService>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handles(&self) -> Vec<ServiceHandle> {
        self.services().iter().map(RunningService::handle).collect()
    }

    /// Starts a service that was built on [`bus`](Harness::bus).
    ///
    /// # Panics
    /// If it cannot be built or started.
    pub async fn start(&self, service: ServiceBuilder) -> ServiceHandle {
        let service = service
            .build()
            .unwrap_or_else(|error| panic!("building: {error}"));
        let name = service.name().to_owned();
        let running = service
            .start()
            .await
            .unwrap_or_else(|error| panic!("starting `{name}`: {error}"));
        let handle = running.handle();
        self.services().push(running);
        handle
    }

    /// Publishes an event and waits until all it led to has come to rest.
    ///
    /// # Panics
    /// If it cannot be published, or nothing comes to rest.
    pub async fn publish(&self, event: &impl Outgoing) -> Receipt {
        let receipt = self.try_publish(event).await;
        receipt.unwrap_or_else(|error| panic!("publishing: {error}"))
    }

    /// Publishes an event and waits until all it led to has come to rest.
    ///
    /// # Errors
    /// [`PublishError`] if it cannot be published.
    ///
    /// # Panics
    /// If nothing comes to rest.
    pub async fn try_publish(&self, event: &impl Outgoing) -> Result<Receipt, PublishError> {
        let publisher = self.publisher();
        let receipt = publisher.publish(event).await?;
        self.idle().await;
        Ok(receipt)
    }

    /// Waits until every event published on this bus is done with, for good, in every service that
    /// wants it: acked, dropped or dead-lettered, through all retries.
    ///
    /// Events without an id are not waited for.
    ///
    /// # Panics
    /// If it has waited in vain, with a list of what is still going on.
    pub async fn idle(&self) {
        let idle = async {
            loop {
                let changed = self.recorder.changed().notified();
                tokio::pin!(changed);
                // Heard from here on: what changes while we look is not missed.
                changed.as_mut().enable();
                if self.outstanding().is_empty() {
                    return;
                }
                changed.await;
            }
        };
        if timeout(self.patience, idle).await.is_err() {
            panic!(
                "nothing came to rest within {:?}:{}",
                self.patience,
                self.tell_outstanding()
            );
        }
    }

    /// What services still have to do: the service and the event.
    fn outstanding(&self) -> Vec<(ServiceHandle, Envelope)> {
        let envelopes = self.recorder.envelopes();
        let mut outstanding = Vec::new();
        for service in self.handles() {
            for envelope in &envelopes {
                let Some(id) = envelope.id() else { continue };
                if service.wants(envelope) && !self.recorder.is_done(service.name(), id) {
                    outstanding.push((service.clone(), envelope.clone()));
                }
            }
        }
        outstanding
    }

    fn tell_outstanding(&self) -> String {
        let mut text = String::new();
        for (service, envelope) in self.outstanding() {
            let name = self
                .bus
                .dialect()
                .event_name(&envelope)
                .unwrap_or_default()
                .into_owned();
            let key = envelope.routing_key();
            let written = write!(text, "\n  {} has not done `{name}` ({key})", service.name());
            debug_assert!(written.is_ok(), "a string takes all that is written");
        }
        text
    }

    /// The events of one type that were published, in order.
    pub fn published<E: Event>(&self) -> Vec<PublishedEvent<E>> {
        self.recorder.events(&self.bus)
    }

    /// Everything that was published, in order.
    pub fn envelopes(&self) -> Vec<Envelope> {
        self.recorder.envelopes()
    }

    /// The names of everything that was published, in order.
    pub fn published_names(&self) -> Vec<String> {
        let name = |envelope: &Envelope| {
            self.bus
                .dialect()
                .event_name(envelope)
                .unwrap_or_default()
                .into_owned()
        };
        self.envelopes().iter().map(name).collect()
    }

    /// What the broker did not take, and why, in order.
    pub fn refused(&self) -> Vec<(Envelope, String)> {
        self.recorder.refused()
    }

    /// Every try of one handler, in order.
    pub fn handled(&self, handler: &str) -> Vec<Handled> {
        let mut handled = self.recorder.handled();
        handled.retain(|one| one.handler == handler);
        handled
    }

    /// Every try of every handler, in order.
    pub fn all_handled(&self) -> Vec<Handled> {
        self.recorder.handled()
    }

    /// The dead letters of all services.
    ///
    /// # Panics
    /// If the broker cannot be asked.
    pub async fn dead_letters(&self) -> Vec<DeadLetter> {
        let mut all = Vec::new();
        for service in self.handles() {
            let letters = self.bus.transport().dead_letters(service.name()).await;
            let letters = letters.unwrap_or_else(|error| panic!("dead letters: {error}"));
            let letters = letters.list(None, usize::MAX).await;
            all.extend(letters.unwrap_or_else(|error| panic!("dead letters: {error}")));
        }
        all
    }

    /// Replays every dead letter and waits until all they led to has come to rest; says how many.
    ///
    /// # Panics
    /// If the broker cannot be asked, or nothing comes to rest.
    pub async fn replay_dead_letters(&self) -> usize {
        let mut replayed = 0;
        for letter in self.dead_letters().await {
            if let Some(id) = letter.envelope.id() {
                self.recorder.expect_again(&letter.source, id);
            }
            let letters = self.bus.transport().dead_letters(&letter.source).await;
            let letters = letters.unwrap_or_else(|error| panic!("dead letters: {error}"));
            let done = letters.replay(&letter.id).await;
            replayed += usize::from(done.unwrap_or_else(|error| panic!("replaying: {error}")));
        }
        self.idle().await;
        replayed
    }

    /// Drains every service, in the order they were started.
    ///
    /// # Panics
    /// If a service had ended by itself.
    pub async fn drain(self) -> Vec<DrainReport> {
        let services = std::mem::take(&mut *self.services());
        let mut reports = Vec::new();
        for service in services {
            let report = service.drain().await;
            reports.push(report.unwrap_or_else(|error| panic!("draining: {error}")));
        }
        reports
    }
}
