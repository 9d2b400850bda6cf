//! One plugin: what stays the same while its versions come and go.

use std::ops::Deref;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use trunkline_core::{Context, HandlerError, HandlerFuture, HandlerId, RawHandler};

use crate::counters::Counters;
use crate::file::Seen;
use crate::gate::Gate;
use crate::generation::{Answer, Generation, Held, Outcome};
use crate::manifest::HandlerManifest;
use crate::options::PluginSettings;
use crate::status::PluginState;
use crate::sync::lock;

/// A plugin that finishes nothing for this long while events wait is stuck.
const STUCK: Duration = Duration::from_secs(1);

/// One plugin: what stays the same while its versions come and go.
pub(crate) struct Plugin {
    pub(crate) name: String,
    /// The version that gets events; null while none does.
    current: AtomicPtr<Generation>,
    /// That one, and those that have events in their hands still.
    versions: Mutex<Vec<&'static Generation>>,
    pub(crate) counters: Arc<Counters>,
    /// Bounds the events in its hands, over all versions.
    gate: Gate,
    /// Bounds the events that wait for that.
    waiting: Semaphore,
    /// How many events had come to their end when it was last found stuck: as long as that many have,
    /// it still is.
    stuck_at: AtomicU64,
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
    pub(crate) routes: Vec<RouteState>,
}

/// What is known of a way from the dispatcher to a handler.
pub(crate) struct RouteState {
    pub(crate) handler: String,
    /// While a version has such a handler.
    pub(crate) id: Option<HandlerId>,
}

impl Plugin {
    pub(crate) fn new(name: &str, settings: &PluginSettings) -> Self {
        Self {
            name: name.to_owned(),
            current: AtomicPtr::default(),
            versions: Mutex::default(),
            counters: Arc::new(Counters::new(name)),
            gate: Gate::new(settings.concurrency),
            waiting: Semaphore::new(settings.queue),
            stuck_at: AtomicU64::new(u64::MAX),
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
        let mut versions = lock(&self.versions);
        versions.extend(to);
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

    /// Events in the hands of any version.
    pub(crate) fn in_flight(&self) -> usize {
        let mut versions = lock(&self.versions);
        // Locked, as switching is: the one that is current now is among them.
        let current = self.current();
        let is_current = |one: &Generation| current.is_some_and(|now| std::ptr::eq(now, one));
        // A version that gets no events and has none has none for ever.
        versions.retain(|one| is_current(one) || one.in_flight() > 0);
        versions.iter().map(|one| one.in_flight()).sum()
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

    /// Gives an event to the handler of a route, once there is room; waits for its end.
    async fn handle_later(
        self: Arc<Self>,
        route: usize,
        context: Context,
    ) -> Result<(), HandlerError> {
        self.enter().await?;
        let room = Room(&*self);
        match self.begin(route, &context, |_, _| true) {
            Begun::Done(result) => result,
            Begun::Later(waiting) => waiting.run(room).await,
            Begun::NoRoom => unreachable!("there is room"),
        }
    }

    /// Has the handler called, if there is room for the event.
    fn begin(
        &self,
        route: usize,
        context: &Context,
        has_room: impl FnOnce(&Generation, (usize, &HandlerManifest)) -> bool,
    ) -> Begun {
        let Some(generation) = self.join() else {
            return Begun::Done(self.absent());
        };
        let visit = Visit(generation);
        let Some(handler) = generation.handler(route) else {
            // The version that asked for this event was replaced by one that does not.
            return Begun::Done(Ok(()));
        };
        if !has_room(generation, handler) {
            return Begun::NoRoom;
        }
        let bytes = context.envelope().body().len();
        if let Some(most) = generation
            .settings
            .max_event_bytes
            .filter(|most| bytes > *most)
        {
            return Begun::Done(Err(self.too_large(bytes, most)));
        }
        let most = generation.settings.timeout_ms;
        let own = handler.1.timeout_ms;
        let patience = Duration::from_millis(own.map_or(most, |own| own.min(most)));
        visit.pass_on();
        match generation.begin(handler, context.clone(), patience) {
            Answer::Done(outcome) if outcome.is_done() => {
                self.counters.count_done_at_once();
                Begun::Done(Ok(()))
            }
            Answer::Done(outcome) => {
                self.counters.calls.add(1);
                Begun::Done(self.count(outcome))
            }
            Answer::Later(call) => {
                self.counters.calls.add(1);
                let guard = Guard { generation, call };
                Begun::Later(Waiting { guard, patience })
            }
        }
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
    /// may not do so: then those that are too many go back, at once when that is known, and other
    /// plugins go on.
    async fn enter(&self) -> Result<(), HandlerError> {
        if self.gate.enter() {
            return Ok(());
        }
        let patience = self
            .current()
            .map_or(0, |current| current.settings.timeout_ms);
        let patience = Duration::from_millis(patience);
        let until = Instant::now() + patience;
        let place = self.waiting.try_acquire();
        let is_known = self.stuck_at.load(Ordering::Relaxed) == self.counters.finished();
        while place.is_ok() || !is_known {
            let before = self.counters.finished();
            let turn = if place.is_ok() {
                patience
            } else {
                STUCK.min(patience)
            };
            if tokio::time::timeout(turn, self.gate.wait()).await.is_ok() {
                return Ok(());
            }
            if self.counters.finished() == before {
                self.stuck_at.store(before, Ordering::Relaxed);
                break;
            }
            if Instant::now() >= until {
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

    /// What an event is told that is larger than the plugin may be given.
    fn too_large(&self, bytes: usize, most: usize) -> HandlerError {
        self.counters.too_large.add(1);
        HandlerError::reject(format!(
            "its body of {bytes} bytes is more than plugin `{}` is given: `max_event_bytes` is {most}",
            self.name
        ))
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
}

/// What a handler is called in the service: in logs, metrics, retries and dead letters.
pub(crate) fn handler_name(plugin: &str, handler: &str) -> String {
    format!("{plugin}/{handler}")
}

/// A plugin's handler, as one of the service's.
pub(crate) struct Route {
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) number: usize,
}

/// Handlers that are called without a future, when they are done at once.
pub(crate) enum Direct {}

impl RawHandler<Direct> for Route {
    /// What is done at once is done here, and takes up no room. The service calls one handler at a
    /// time, so there still is room for one that is not.
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        let plugin = &self.plugin;
        // One that is called inline never waits.
        let has_room = |generation: &Generation, handler: (usize, &HandlerManifest)| {
            plugin.gate.has_room() || generation.is_inline(handler)
        };
        match plugin.begin(self.number, context, has_room) {
            Begun::Done(result) => result.map(|()| Box::pin(Done) as HandlerFuture),
            Begun::Later(waiting) => Ok(Box::pin(waiting.run(Room::forced(plugin)))),
            Begun::NoRoom => {
                let plugin = Arc::clone(plugin);
                Ok(Box::pin(plugin.handle_later(self.number, context.clone())))
            }
        }
    }
}

/// A handler that is done. It has no size, so a box of it needs no memory.
struct Done;

impl Future for Done {
    type Output = Result<(), HandlerError>;

    fn poll(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(()))
    }
}

/// An event that was given to a handler.
enum Begun {
    /// The handler is done.
    Done(Result<(), HandlerError>),
    /// It takes its time.
    Later(Waiting),
    /// It was not: too many are in the plugin's hands.
    NoRoom,
}

/// Waits for a handler.
struct Waiting {
    guard: Guard,
    patience: Duration,
}

impl Waiting {
    async fn run(self, room: Room<impl Deref<Target = Plugin>>) -> Result<(), HandlerError> {
        let Self { guard, patience } = self;
        let plugin = &room.0;
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

/// Room for one event, given back when this is dropped.
struct Room<P: Deref<Target = Plugin>>(P);

impl Room<Arc<Plugin>> {
    fn forced(plugin: &Arc<Plugin>) -> Self {
        plugin.gate.force();
        Self(Arc::clone(plugin))
    }
}

impl<P: Deref<Target = Plugin>> Drop for Room<P> {
    fn drop(&mut self) {
        self.0.gate.leave();
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
    call: Held,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.generation.abandon(&self.call);
    }
}
