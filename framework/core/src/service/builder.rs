//! Building a service.

use std::any::{Any, TypeId};
use std::fmt;
use std::num::NonZeroU16;
use std::sync::{Arc, Once};
use std::time::Duration;

use tower_layer::Layer;
use tower_service::Service as TowerService;

use super::options::{HandlerOptions, wrap};
use crate::dispatch::{
    Dispatcher, DispatcherSettings, Guarantee, HandlerTable, Lanes, NewHandler, RetryPolicy,
    ServiceMetrics,
};
use crate::error::BoxError;
use crate::handler::{
    Context, HandlerLayer, HandlerService, LayerAdapter, RawHandler, Shared, SpawnLayer, StateMap,
    TypedHandler,
};
use crate::matching::{Binding, BindingError};
use crate::publish::Bus;
use crate::transport::SubscriptionKind;

/// A service about to be started: a name, a bus, and handlers.
///
/// # Examples
/// ```no_run
/// use trunkline_core::{Bus, Context, HandlerError, Service};
///
/// async fn audit(context: Context) -> Result<(), HandlerError> {
///     println!("{:?}", context.event_name());
///     Ok(())
/// }
///
/// # async fn example(bus: Bus) -> Result<(), Box<dyn std::error::Error>> {
/// let running = Service::builder("auditd", bus).on_name("call_*", audit).build()?.start().await?;
/// running.drain().await?;
/// # Ok(())
/// # }
/// ```
pub struct Service {
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) layers: Arc<[Box<dyn HandlerLayer>]>,
    pub(super) kind: SubscriptionKind,
    pub(super) prefetch: NonZeroU16,
    pub(super) drain_timeout: Duration,
}

impl Service {
    /// Begins building a service. Its name is also its group's, unless another is given.
    pub fn builder(name: impl Into<String>, bus: Bus) -> ServiceBuilder {
        let name = name.into();
        ServiceBuilder {
            kind: SubscriptionKind::Group { name: name.clone() },
            name,
            bus,
            handlers: Vec::new(),
            layers: Vec::new(),
            state: StateMap::new(),
            retry: RetryPolicy::default(),
            guarantee: Guarantee::default(),
            handler_timeout: Some(Duration::from_secs(30)),
            lanes: None,
            spawn_handlers: false,
            by_key: false,
            prefetch: NonZeroU16::new(64).expect("64 is not zero"),
            drain_timeout: Duration::from_secs(30),
            fault: None,
        }
    }

    /// The service's name.
    pub fn name(&self) -> &str {
        &self.dispatcher.shared.service
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("dispatcher", &self.dispatcher)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Service`].
#[must_use = "a builder does nothing until `build`"]
pub struct ServiceBuilder {
    name: String,
    bus: Bus,
    handlers: Vec<NewHandler>,
    layers: Vec<Box<dyn HandlerLayer>>,
    state: StateMap,
    retry: RetryPolicy,
    guarantee: Guarantee,
    handler_timeout: Option<Duration>,
    lanes: Option<Lanes>,
    spawn_handlers: bool,
    by_key: bool,
    kind: SubscriptionKind,
    prefetch: NonZeroU16,
    drain_timeout: Duration,
    /// The first mistake made while building; told by `build`.
    fault: Option<BuildError>,
}

impl ServiceBuilder {
    /// Handles a typed event: `async fn(event: CallCreated, …) -> Result<(), E>`.
    pub fn on<H: TypedHandler<Args>, Args: 'static>(self, handler: H) -> Self {
        self.on_with(HandlerOptions::new(), handler)
    }

    /// Handles a typed event, saying more about the handler.
    pub fn on_with<H: TypedHandler<Args>, Args: 'static>(
        mut self,
        mut options: HandlerOptions,
        handler: H,
    ) -> Self {
        options.by_key |= self.by_key;
        self.handlers.push(options.typed(handler));
        self
    }

    /// Handles any event whose name is this, or matches it: `call_*`.
    pub fn on_name<H: RawHandler<Args>, Args: 'static>(self, name: &str, handler: H) -> Self {
        self.on_name_with(HandlerOptions::new(), name, handler)
    }

    /// Handles events by name, saying more about the handler.
    pub fn on_name_with<H: RawHandler<Args>, Args: 'static>(
        mut self,
        options: HandlerOptions,
        name: &str,
        handler: H,
    ) -> Self {
        match Binding::builder().name(name).build() {
            Ok(binding) => self.on_binding_with(options, binding, handler),
            Err(source) => {
                let pattern = name.to_owned();
                self.fault
                    .get_or_insert(BuildError::NamePattern { pattern, source });
                self
            }
        }
    }

    /// Handles events by name, header conditions, key patterns, or all of them.
    pub fn on_binding<H: RawHandler<Args>, Args: 'static>(
        self,
        binding: Binding,
        handler: H,
    ) -> Self {
        self.on_binding_with(HandlerOptions::new(), binding, handler)
    }

    /// Handles events by conditions, saying more about the handler.
    pub fn on_binding_with<H: RawHandler<Args>, Args: 'static>(
        mut self,
        options: HandlerOptions,
        binding: Binding,
        handler: H,
    ) -> Self {
        self.handlers.push(options.raw(binding, handler));
        self
    }

    /// Puts a `tower` layer around every handler; the first added is outermost.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + Sync + 'static,
        L::Service: TowerService<Context, Response = ()> + Clone + Send + 'static,
        <L::Service as TowerService<Context>>::Error: Into<BoxError>,
        <L::Service as TowerService<Context>>::Future: Send + 'static,
    {
        self.layers.push(Box::new(LayerAdapter(layer)));
        self
    }

    /// Gives handlers something to share, taken as `State<T>`.
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        let state: Arc<dyn Any + Send + Sync> = Arc::new(state);
        self.state.insert(TypeId::of::<T>(), state);
        self
    }

    /// Shares deliveries with the other members of this group; what is unread outlives them all.
    /// Default: the group named as the service.
    pub fn group(mut self, name: impl Into<String>) -> Self {
        self.kind = SubscriptionKind::Group { name: name.into() };
        self
    }

    /// Takes a copy of every event while the service lives, and misses what comes while it does
    /// not.
    pub fn live(mut self) -> Self {
        self.kind = SubscriptionKind::Live;
        self
    }

    /// Lets one member of this group be active at a time.
    pub fn exclusive(mut self, name: impl Into<String>) -> Self {
        self.kind = SubscriptionKind::Exclusive { name: name.into() };
        self
    }

    /// Sets when failed deliveries are tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets what a delivery is owed whose handler failed. Default at least once.
    pub fn guarantee(mut self, guarantee: Guarantee) -> Self {
        self.guarantee = guarantee;
        self
    }

    /// Sets the time a handler may take. Default 30 s; `None` waits for ever.
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.handler_timeout = timeout.into();
        self
    }

    /// Keeps deliveries of one lane in order. Default none: all run beside each other.
    pub fn lanes(mut self, lanes: Lanes) -> Self {
        self.lanes = Some(lanes);
        self
    }

    /// Runs every handler as [`HandlerOptions::spawned`] runs one.
    pub fn spawn_handlers(mut self) -> Self {
        self.spawn_handlers = true;
        self
    }

    /// Asks for the typed events of the handlers that follow as [`HandlerOptions::by_key`] does for one.
    pub fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }

    /// Sets the most deliveries in hand; zero counts as one. Default 64.
    pub fn prefetch(mut self, prefetch: u16) -> Self {
        self.prefetch = NonZeroU16::new(prefetch).unwrap_or(NonZeroU16::MIN);
        self
    }

    /// Sets the time running handlers get when the service drains. Default 30 s.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// Makes the service.
    ///
    /// # Errors
    /// [`BuildError`]: the first mistake made while building.
    pub fn build(self) -> Result<Service, BuildError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.name.is_empty() {
            return Err(BuildError::NoName);
        }
        let name: Arc<str> = self.name.into();
        let table = HandlerTable::new(Arc::clone(&name));
        let mut layers = self.layers;
        if self.spawn_handlers {
            layers.push(Box::new(SpawnLayer));
        }
        let layers: Arc<[Box<dyn HandlerLayer>]> = layers.into();
        for mut handler in self.handlers {
            wrap(&layers, &mut handler);
            table.add(handler);
        }
        let settings = DispatcherSettings {
            retry: self.retry,
            guarantee: self.guarantee,
            handler_timeout: self.handler_timeout,
            lanes: self.lanes,
            concurrency: usize::from(self.prefetch.get()),
        };
        let metrics = ServiceMetrics::new(&name);
        let shared = Arc::new(Shared {
            service: name,
            bus: self.bus,
            state: self.state,
        });
        Ok(Service {
            dispatcher: Arc::new(Dispatcher {
                shared,
                table,
                settings,
                metrics,
                stray_told: Once::new(),
            }),
            layers,
            kind: self.kind,
            prefetch: self.prefetch,
            drain_timeout: self.drain_timeout,
        })
    }
}

impl fmt::Debug for ServiceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceBuilder")
            .field("name", &self.name)
            .field("bus", &self.bus)
            .finish_non_exhaustive()
    }
}

/// Why a service cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A service needs a name.
    #[error("the service has no name; give `Service::builder` one")]
    NoName,
    /// A pattern given to `on_name` is not one.
    #[error("`{pattern}` given to `on_name` is not a name or a pattern of names")]
    NamePattern {
        /// The pattern.
        pattern: String,
        /// Why.
        #[source]
        source: BindingError,
    },
}
