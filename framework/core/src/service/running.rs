//! A service at work.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

use super::builder::Service;
use super::options::{HandlerOptions, wrap};
use crate::dispatch::{Dispatcher, DrainReport, Driver, HandlerId, NewHandler, Stop};
use crate::envelope::Envelope;
use crate::handler::{HandlerLayer, RawHandler, TypedHandler};
use crate::matching::Binding;
use crate::observe::Ending;
use crate::publish::{Bus, Publisher};
use crate::transport::{Health, SubscribeOptions, SubscriptionControl, TransportError};

impl Service {
    /// Subscribes and begins to handle; returns once the broker has the bindings.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::subscribe`](crate::Transport::subscribe) says.
    pub async fn start(self) -> Result<RunningService, TransportError> {
        let bus = self.dispatcher.shared.bus.clone();
        let bindings = broker_bindings(&bus, &self.dispatcher.table.bindings());
        let options = SubscribeOptions::new(self.kind, bindings).with_prefetch(self.prefetch);
        let subscription = bus.subscribe(options).await?;
        let control = subscription.control();
        let (stop, stopped) = watch::channel(Stop::Run);
        let driver = Driver::new(Arc::clone(&self.dispatcher), subscription);
        let handle = ServiceHandle {
            dispatcher: self.dispatcher,
            layers: self.layers,
            control,
            stop: Arc::new(stop),
            drain_timeout: self.drain_timeout,
        };
        Ok(RunningService {
            handle,
            task: tokio::spawn(driver.run(stopped)),
        })
    }
}

/// What the broker is asked for, so that every handler's events arrive: the dispatcher looks
/// closer.
fn broker_bindings(bus: &Bus, wanted: &[Binding]) -> Vec<Binding> {
    let mut bindings: Vec<Binding> = Vec::new();
    for wanted in wanted {
        let binding = match wanted.name() {
            Some(name) if name.is_exact() => bus.dialect().binding_for(name.as_str()),
            Some(_) => Binding::everything(),
            None => wanted.clone(),
        };
        if binding.is_everything() {
            return vec![binding];
        }
        if !bindings.contains(&binding) {
            bindings.push(binding);
        }
    }
    bindings
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
    dispatcher: Arc<Dispatcher>,
    layers: Arc<[Box<dyn HandlerLayer>]>,
    control: Arc<dyn SubscriptionControl>,
    stop: Arc<watch::Sender<Stop>>,
    drain_timeout: Duration,
}

impl ServiceHandle {
    /// The service's name.
    pub fn name(&self) -> &str {
        &self.dispatcher.shared.service
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

    /// Adds a handler of a typed event while the service runs; returns once the broker has its
    /// bindings.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take the binding; the handler is then not added.
    pub async fn on<H: TypedHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.typed(handler)).await
    }

    /// Adds a handler of any events while the service runs; returns once the broker has its
    /// binding.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take the binding; the handler is then not added.
    pub async fn on_binding<H: RawHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        binding: Binding,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.raw(binding, handler)).await
    }

    /// Adds a handler of whatever one of several bindings matches; an event that more than one
    /// matches is given to it once. Returns once the broker has the bindings.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take a binding; the handler is then not added.
    pub async fn on_bindings<H: RawHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        bindings: Vec<Binding>,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.raw_of_all(bindings, handler)).await
    }

    async fn add(&self, mut new: NewHandler) -> Result<HandlerId, TransportError> {
        wrap(&self.layers, &mut new);
        let before = broker_bindings(self.bus(), &self.dispatcher.table.bindings());
        let added = broker_bindings(self.bus(), &new.bindings);
        // In the table first: an event the broker sends us must find its handler.
        let id = self.dispatcher.table.add(new);
        for binding in added
            .into_iter()
            .filter(|binding| !before.contains(binding))
        {
            if let Err(error) = self.control.bind(binding).await {
                self.dispatcher.table.remove(id);
                return Err(error);
            }
        }
        Ok(id)
    }

    /// Changes what a handler is given while the service runs: no event that the old bindings and
    /// the new ones both match misses it or reaches it twice. False if it is not there.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take a new binding, and the handler has its old
    /// ones; or keeps an old binding, and the handler has its new ones all the same.
    pub async fn rebind(
        &self,
        id: HandlerId,
        bindings: Vec<Binding>,
    ) -> Result<bool, TransportError> {
        let mut held = broker_bindings(self.bus(), &self.dispatcher.table.bindings());
        for binding in broker_bindings(self.bus(), &bindings) {
            if !held.contains(&binding) {
                self.control.bind(binding.clone()).await?;
                held.push(binding);
            }
        }
        let found = self.dispatcher.table.rebind(id, bindings);
        self.release(&held).await?;
        Ok(found)
    }

    /// Asks the broker for what is wanted now, and no more for what it has but is not wanted.
    async fn release(&self, before: &[Binding]) -> Result<(), TransportError> {
        let left = broker_bindings(self.bus(), &self.dispatcher.table.bindings());
        // What is still wanted is bound before what is not is released: a handler for everything
        // may have stood in for narrower bindings.
        for binding in left.iter().filter(|binding| !before.contains(binding)) {
            self.control.bind(binding.clone()).await?;
        }
        for binding in before.iter().filter(|binding| !left.contains(binding)) {
            self.control.unbind(binding).await?;
        }
        Ok(())
    }

    /// Removes a handler while the service runs; deliveries it already has are finished. False if
    /// it is not there.
    ///
    /// # Errors
    /// [`TransportError`] if the broker keeps a binding; the handler is removed all the same.
    pub async fn remove(&self, id: HandlerId) -> Result<bool, TransportError> {
        let before = broker_bindings(self.bus(), &self.dispatcher.table.bindings());
        if self.dispatcher.table.remove(id).is_none() {
            return Ok(false);
        }
        self.release(&before).await?;
        Ok(true)
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
