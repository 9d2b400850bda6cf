//! One plugin: what stays the same while its versions come and go.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use trunkline_core::{Context, HandlerError, HandlerId};

use crate::counters::{Counters, PluginCounts};
use crate::file::Seen;
use crate::generation::{Call, Generation, Outcome};
use crate::manifest::HandlerKind;
use crate::options::PluginSettings;
use crate::sync::lock;

/// A plugin that finishes nothing for this long while events wait is stuck.
const STUCK: Duration = Duration::from_secs(1);

/// What becomes of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "reason")]
#[non_exhaustive]
pub enum PluginState {
    /// It gets events.
    Active,
    /// It finishes what it has, and gets nothing more.
    Draining,
    /// Too much went wrong: its events are tried again and then kept as dead letters.
    Quarantined(String),
    /// It is done and gone.
    Retired,
}

impl PluginState {
    /// The state's word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draining => "draining",
            Self::Quarantined(_) => "quarantined",
            Self::Retired => "retired",
        }
    }
}

/// A plugin, as a listing shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// The version that is loaded.
    pub version: String,
    /// The number of that version among all that were loaded in this process.
    pub generation: u64,
    /// Its state.
    #[serde(flatten)]
    pub state: PluginState,
    /// Its file; `None` if it is linked into the program.
    pub path: Option<PathBuf>,
    /// Its handlers, as the service names them.
    pub handlers: Vec<String>,
    /// Events in its hands.
    pub in_flight: usize,
    /// What was counted.
    pub counts: PluginCounts,
}

/// One plugin: what stays the same while its versions come and go.
pub(crate) struct Plugin {
    pub(crate) name: String,
    /// The version that gets events; null while none does.
    current: AtomicPtr<Generation>,
    pub(crate) counters: Arc<Counters>,
    /// Bounds the events in its hands, over all versions.
    permits: Semaphore,
    /// Bounds the events that wait for that.
    waiting: Semaphore,
    pub(crate) state: Mutex<PluginState>,
    pub(crate) about: Mutex<About>,
}

/// What is known of the version that is loaded.
pub(crate) struct About {
    pub(crate) version: String,
    pub(crate) generation: u64,
    pub(crate) path: Option<PathBuf>,
    /// The file as it was when it was read.
    pub(crate) seen: Option<Seen>,
    /// The handlers, by route: a route keeps its handler's name.
    pub(crate) routes: Vec<Route>,
}

/// A way from the dispatcher to a handler.
pub(crate) struct Route {
    pub(crate) handler: String,
    /// While a version has such a handler.
    pub(crate) id: Option<HandlerId>,
}

impl Plugin {
    pub(crate) fn new(name: &str, settings: &PluginSettings) -> Self {
        Self {
            name: name.to_owned(),
            current: AtomicPtr::default(),
            counters: Arc::new(Counters::new(name)),
            permits: Semaphore::new(settings.concurrency),
            waiting: Semaphore::new(settings.queue),
            state: Mutex::new(PluginState::Retired),
            about: Mutex::new(About {
                version: String::new(),
                generation: 0,
                path: None,
                seen: None,
                routes: Vec::new(),
            }),
        }
    }

    /// Makes this version the one that gets events. Gives the one that did.
    pub(crate) fn switch(&self, to: Option<&'static Generation>) -> Option<&'static Generation> {
        let to = to.map_or(std::ptr::null_mut(), |to| std::ptr::from_ref(to).cast_mut());
        let old = self.current.swap(to, Ordering::SeqCst);
        // SAFETY: null or a generation, which lives for ever.
        unsafe { old.cast_const().as_ref() }
    }

    pub(crate) fn current(&self) -> Option<&'static Generation> {
        let current = self.current.load(Ordering::SeqCst);
        // SAFETY: null or a generation, which lives for ever.
        unsafe { current.cast_const().as_ref() }
    }

    /// The version that gets events, joined: it does not end before [`Generation::leave`].
    fn join(&self) -> Option<&'static Generation> {
        loop {
            let generation = self.current()?;
            generation.join();
            // Whoever switched before the count went up may not have seen it, and looks no more.
            if self
                .current()
                .is_some_and(|now| std::ptr::eq(now, generation))
            {
                return Some(generation);
            }
            generation.leave();
        }
    }

    /// Gives an event to the handler of a route. What is done at once is done here: it costs no
    /// future worth the name.
    pub(crate) fn handle(self: &Arc<Self>, route: usize, context: Context) -> Handling {
        match self.permits.try_acquire() {
            Ok(permit) => self.begin(permit, route, context),
            Err(_) => {
                let plugin = Arc::clone(self);
                Handling::Waits(Box::pin(async move {
                    let permit = plugin.permit().await?;
                    plugin.begin(permit, route, context).await
                }))
            }
        }
    }

    /// Has the handler called, and says how that went or lets it be waited for.
    fn begin(
        self: &Arc<Self>,
        permit: SemaphorePermit<'_>,
        route: usize,
        context: Context,
    ) -> Handling {
        let Some(generation) = self.join() else {
            return Handling::Done(Some(self.absent()));
        };
        let visit = Visit(generation);
        let Some(handler) = generation.handler(route) else {
            // The version that asked for this event was replaced by one that does not.
            return Handling::Done(Some(Ok(())));
        };
        let most = generation.settings.timeout_ms;
        let patience = Duration::from_millis(handler.timeout_ms.map_or(most, |own| own.min(most)));
        // What is called at once and never waits has no deadline worth looking at the clock for.
        let limit = (handler.kind != HandlerKind::Inline).then_some(patience);
        let call = Call::new(context, limit);
        self.counters.calls.add(1);
        visit.pass_on();
        if let Some(outcome) = generation.begin(handler.id, handler.kind, &call) {
            Call::recycle(call);
            return Handling::Done(Some(self.count(outcome)));
        }
        let guard = Guard { generation, call };
        Handling::Waits(Box::pin(Room::new(self, permit).wait(guard, patience)))
    }

    fn count(&self, outcome: Outcome) -> Result<(), HandlerError> {
        let result = outcome.into_result();
        match result {
            Ok(()) => self.counters.done.add(1),
            Err(_) => self.counters.failed.add(1),
        }
        result
    }

    /// Leave to hold one event, once there is room.
    ///
    /// A plugin that is merely busy makes events wait, and the broker with them. One that is stuck
    /// may not do so: then those that are too many go back at once, and other plugins go on.
    async fn permit(&self) -> Result<SemaphorePermit<'_>, HandlerError> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Ok(permit);
        }
        let patience = self
            .current()
            .map_or(0, |current| current.settings.timeout_ms);
        let patience = Duration::from_millis(patience);
        let until = Instant::now() + patience;
        let place = self.waiting.try_acquire();
        loop {
            let before = self.finished();
            let turn = if place.is_ok() {
                patience
            } else {
                STUCK.min(patience)
            };
            if let Ok(Ok(permit)) = tokio::time::timeout(turn, self.permits.acquire()).await {
                return Ok(permit);
            }
            if self.finished() == before || Instant::now() >= until {
                break;
            }
        }
        self.counters.overflows.add(1);
        let name = &self.name;
        Err(HandlerError::retry(match place {
            Ok(_) => format!("plugin `{name}` had no room for this event within {patience:?}"),
            Err(_) => format!("plugin `{name}` finishes nothing, and as many events wait as may"),
        }))
    }

    /// Events that came to their end in its hands.
    fn finished(&self) -> u64 {
        self.counters.done.get() + self.counters.failed.get()
    }

    /// What an event is told that no version gets.
    fn absent(&self) -> Result<(), HandlerError> {
        match &*lock(&self.state) {
            PluginState::Quarantined(reason) => Err(HandlerError::retry(format!(
                "plugin `{}` is quarantined: {reason}",
                self.name
            ))),
            // It was taken away: as if it had never asked.
            _ => Ok(()),
        }
    }

    pub(crate) fn status(&self) -> PluginStatus {
        let about = lock(&self.about);
        let routes = about.routes.iter().filter(|route| route.id.is_some());
        PluginStatus {
            name: self.name.clone(),
            version: about.version.clone(),
            generation: about.generation,
            state: lock(&self.state).clone(),
            path: about.path.clone(),
            handlers: routes
                .map(|route| handler_name(&self.name, &route.handler))
                .collect(),
            in_flight: self.current().map_or(0, Generation::in_flight),
            counts: self.counters.numbers(),
        }
    }
}

/// What a handler is called in the service: in logs, metrics, retries and dead letters.
pub(crate) fn handler_name(plugin: &str, handler: &str) -> String {
    format!("{plugin}/{handler}")
}

/// An event on its way through a plugin.
pub(crate) enum Handling {
    /// It is done with; `None` once that was told.
    Done(Option<Result<(), HandlerError>>),
    /// It waits.
    Waits(Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>),
}

impl Future for Handling {
    type Output = Result<(), HandlerError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Done(outcome) => {
                Poll::Ready(outcome.take().expect("nobody polls what is ready again"))
            }
            Self::Waits(waits) => waits.as_mut().poll(cx),
        }
    }
}

/// Leave to hold one event, given back when this is dropped.
struct Room(Arc<Plugin>);

impl Room {
    fn new(plugin: &Arc<Plugin>, permit: SemaphorePermit<'_>) -> Self {
        permit.forget();
        Self(Arc::clone(plugin))
    }

    async fn wait(self, guard: Guard, patience: Duration) -> Result<(), HandlerError> {
        let plugin = &self.0;
        let done = std::future::poll_fn(|cx| guard.call.poll(cx));
        match tokio::time::timeout(patience, done).await {
            Ok(outcome) => plugin.count(outcome),
            Err(_) => {
                plugin.counters.timeouts.add(1);
                let name = &plugin.name;
                let text = format!("plugin `{name}` was not done within {patience:?}");
                Err(HandlerError::retry(text))
            }
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.0.permits.add_permits(1);
    }
}

/// Keeps a generation while a handler is looked for.
struct Visit(&'static Generation);

impl Visit {
    /// The event stays for it.
    fn pass_on(self) {
        std::mem::forget(self);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Tells the plugin when nobody waits for a call any more.
struct Guard {
    generation: &'static Generation,
    call: Arc<Call>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.generation.abandon(&self.call);
    }
}
