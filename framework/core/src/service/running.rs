//! A service at work.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

use super::bindings::{BrokerBindings, broker_bindings};
use super::builder::Service;
use crate::dispatch::{Dispatcher, DrainReport, Driver, Stop};
use crate::envelope::Envelope;
use crate::handler::HandlerLayer;
use crate::observe::Ending;
use crate::publish::{Bus, Publisher};
use crate::transport::{Health, SubscribeOptions, TransportError};

impl Service {
    /// Subscribes and begins to handle; returns once the broker has the bindings.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::subscribe`](crate::Transport::subscribe) says.
    pub async fn start(self) -> Result<RunningService, TransportError> {
        let bus = self.dispatcher.shared.bus.clone();
        let bindings = broker_bindings(&bus, &self.dispatcher.table.bindings());
        let options = SubscribeOptions::new(self.kind, bindings.clone());
        let subscription = bus.subscribe(options.with_prefetch(self.prefetch)).await?;
        let bindings = BrokerBindings::new(subscription.control(), bindings);
        let (stop, stopped) = watch::channel(Stop::Run);
        let driver = Driver::new(Arc::clone(&self.dispatcher), subscription);
        let handle = ServiceHandle {
            dispatcher: self.dispatcher,
            layers: self.layers,
            bindings: Arc::new(bindings),
            stop: Arc::new(stop),
            drain_timeout: self.drain_timeout,
        };
        Ok(RunningService {
            handle,
            task: tokio::spawn(driver.run(stopped)),
        })
    }
}

/// A service at work. Dropping it drains it in the background, without a report.
#[must_use = "a dropped service drains and ends"]
pub struct RunningService {
    handle: ServiceHandle,
    task: JoinHandle<Result<DrainReport, TransportError>>,
}

impl RunningService {
    /// What watches and changes the service from elsewhere.
    pub fn handle(&self) -> ServiceHandle {
        self.handle.clone()
    }

    /// A publisher on the service's bus.
    pub fn publisher(&self) -> Publisher {
        self.handle.bus().publisher()
    }

    /// Takes nothing new, lets running handlers finish within the drain time-out, and ends.
    ///
    /// Dropping the future leaves the service draining.
    ///
    /// # Errors
    /// [`ServiceError`] if the service had ended by itself, and why.
    pub async fn drain(self) -> Result<DrainReport, ServiceError> {
        self.handle.stop();
        self.finished().await
    }

    /// Waits until the service ends: because [`ServiceHandle::stop`] was called, or by itself.
    ///
    /// # Errors
    /// [`ServiceError`] if it ended by itself, and why.
    pub async fn finished(mut self) -> Result<DrainReport, ServiceError> {
        Ok((&mut self.task).await??)
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        self.handle.stop();
    }
}

impl fmt::Debug for RunningService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RunningService").field(&self.handle).finish()
    }
}

/// Watches and changes a running service; cheap to clone.
#[derive(Clone)]
pub struct ServiceHandle {
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) layers: Arc<[Box<dyn HandlerLayer>]>,
    pub(super) bindings: Arc<BrokerBindings>,
    stop: Arc<watch::Sender<Stop>>,
    drain_timeout: Duration,
}

impl ServiceHandle {
    /// The service's name.
    pub fn name(&self) -> &str {
        &self.dispatcher.shared.service
    }

    /// Most unsettled deliveries it has in hand: see
    /// [`ServiceBuilder::prefetch`](crate::ServiceBuilder::prefetch).
    pub fn prefetch(&self) -> usize {
        self.dispatcher.settings.concurrency
    }

    /// The service's bus.
    pub fn bus(&self) -> &Bus {
        &self.dispatcher.shared.bus
    }

    /// The handlers' names, in the order they came.
    pub fn handlers(&self) -> Vec<Arc<str>> {
        self.dispatcher.table.names()
    }

    /// Whether any handler would be given this envelope.
    pub fn wants(&self, envelope: &Envelope) -> bool {
        self.dispatcher.wants(envelope)
    }

    /// How many deliveries have ended this way since the service began.
    pub fn ended(&self, ending: &Ending) -> u64 {
        self.dispatcher.metrics.counted(ending)
    }

    /// Waits until this many deliveries, counted since the service began, are done with for good:
    /// acked or dead-lettered, through all their retries.
    ///
    /// Cancel safe.
    pub async fn settled(&self, count: u64) {
        self.dispatcher.metrics.wait_for_done(count).await;
    }

    /// How the service is doing.
    pub fn health(&self) -> Health {
        // The driver holds the only receiver: without it the service has ended.
        if self.stop.receiver_count() == 0 {
            return Health::Closed;
        }
        match *self.stop.borrow() {
            Stop::Drain { .. } => Health::Draining,
            Stop::Run => self.bus().transport().health().borrow().clone(),
        }
    }

    /// Tells the service to drain; [`RunningService::finished`] returns when it has.
    pub fn stop(&self) {
        let deadline = Instant::now() + self.drain_timeout;
        self.stop.send_if_modified(|stop| {
            let first = *stop == Stop::Run;
            if first {
                *stop = Stop::Drain { deadline };
            }
            first
        });
    }
}

impl fmt::Debug for ServiceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceHandle")
            .field("dispatcher", &self.dispatcher)
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}

/// Why a service ended by itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The supply of deliveries ended.
    #[error("the service's subscription ended")]
    Supply(#[from] TransportError),
    /// The service's task was cancelled with its runtime, or there is a bug in it.
    #[error("the service's task ended early")]
    Task(#[from] JoinError),
}
