//! What may be said of one handler, and how it is made ready.

use std::any::type_name;
use std::sync::Arc;
use std::time::Duration;

use crate::dispatch::{NewHandler, RetryPolicy};
use crate::event::Event;
use crate::handler::{DynHandler, HandlerLayer, RawFn, RawHandler, Spawned, TypedFn, TypedHandler};
use crate::matching::{Binding, BindingBuilder};

/// What may be said of one handler.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HandlerOptions {
    /// Its name in logs, metrics, retries and dead letters. Default the function's own.
    pub name: Option<String>,
    /// Time it may take. Default the service's. `Duration::MAX` is no limit, and needs no timer.
    pub timeout: Option<Duration>,
    /// When it is tried again. Default the service's policy.
    pub retry: Option<RetryPolicy>,
    /// Whether each call is a task of its own. Default no.
    pub spawned: bool,
    /// Whether a typed event is asked for by its own routing key as well as its name. Default no.
    pub by_key: bool,
}

impl HandlerOptions {
    /// The service's own settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the handler. Keep names over releases: retries find their handler by it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the time it may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets when it is tried again.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Runs each call as a task of its own, for a handler that keeps a processor busy.
    ///
    /// A service's handlers run beside each other on one task: while one computes, the others wait.
    /// A task of its own may use another processor; it costs about a microsecond a call, and the
    /// order in which calls begin is no longer that of the events unless [lanes](crate::Lanes) keep
    /// it. A handler that blocks its thread belongs on `tokio::task::spawn_blocking`.
    #[must_use]
    pub fn spawned(mut self) -> Self {
        self.spawned = true;
        self
    }

    /// Asks for a typed event by its own routing key as well as its name: one that was published with
    /// another key, which a dialect may allow, does not come.
    ///
    /// For services with many handlers on a busy broker. On RabbitMQ names are headers, and more than a few
    /// such bindings make it look at every event for each of them, or hand every event to this service,
    /// which slows all who publish; keys cost it nothing (`BENCHMARKS.md` of `trunkline-amqp`). Handlers
    /// of names and bindings are as they are told.
    ///
    /// A key with variables has `#` in their place: `calls.{call_id}.created` is asked for as
    /// `calls.#.created`. Under its older names an event still comes with any key.
    #[must_use]
    pub fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }

    /// A typed event's handler, wanted under the event's name and its older ones.
    pub(super) fn typed<H: TypedHandler<Args>, Args: 'static>(self, handler: H) -> NewHandler {
        let definition = H::Event::definition();
        let named = |name: &str| Binding::builder().name(name);
        let key = definition.routing_key.key_pattern();
        let own = match key.filter(|_| self.by_key) {
            Some(key) => named(H::Event::NAME).key(key),
            None => named(H::Event::NAME),
        };
        // Under an older name it may have had another key.
        let older = definition.aliases.iter().map(|alias| named(alias));
        let bindings = std::iter::once(own).chain(older);
        let bindings = bindings.map(BindingBuilder::build);
        let bindings = bindings.filter_map(Result::ok).collect();
        self.handler(
            function_name::<H>(),
            bindings,
            Arc::new(TypedFn::new(handler)),
        )
    }

    /// A handler of whatever the binding matches.
    pub(super) fn raw<H: RawHandler<Args>, Args: 'static>(
        self,
        binding: Binding,
        handler: H,
    ) -> NewHandler {
        self.raw_of_all(vec![binding], handler)
    }

    /// A handler of whatever one of the bindings matches.
    pub(super) fn raw_of_all<H: RawHandler<Args>, Args: 'static>(
        self,
        bindings: Vec<Binding>,
        handler: H,
    ) -> NewHandler {
        self.handler(
            function_name::<H>(),
            bindings,
            Arc::new(RawFn::new(handler)),
        )
    }

    fn handler(
        self,
        name: String,
        bindings: Vec<Binding>,
        handler: Arc<dyn DynHandler>,
    ) -> NewHandler {
        NewHandler {
            name: self.name.unwrap_or(name),
            bindings,
            handler: if self.spawned {
                Arc::new(Spawned(handler))
            } else {
                handler
            },
            timeout: self.timeout,
            retry: self.retry,
        }
    }
}

/// `calld::handlers::wrap_up` is called `wrap_up`; a closure by the function it stands in.
fn function_name<H>() -> String {
    let path = type_name::<H>();
    let path = path.split('<').next().unwrap_or(path);
    let mut parts = path.rsplit("::").filter(|part| !part.starts_with('{'));
    parts.next().unwrap_or(path).to_owned()
}

/// Puts layers around a handler, the first of them outermost.
pub(super) fn wrap(layers: &[Box<dyn HandlerLayer>], new: &mut NewHandler) {
    for layer in layers.iter().rev() {
        new.handler = layer.wrap(Arc::clone(&new.handler));
    }
}
