//! One loaded version of a plugin.
//!
//! A generation is never freed: its plugin may hold pointers to it for as long as the process
//! lives, and may use them however late. What it holds of events is freed as they end; what is left
//! of a retired one is some hundred bytes beside its mapping. The host bounds how many there are.

mod call;
mod control;
mod end;
mod held;
mod lane;
mod lent;
mod logs;
mod offer;
mod outcome;
mod pool;
mod publish;
mod said;
mod start;
mod watch;

use std::ffi::c_void;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use trunkline_core::{Bus, Context, NamePattern};
use trunkline_plugin_abi as abi;

pub(crate) use call::Call;
use control::Control;
use held::Begun;
pub(crate) use held::Held;
use lane::Lane;
pub(crate) use outcome::Outcome;
use publish::Job;
use said::Handling;
use watch::Watch;

use crate::counters::Counters;
use crate::manifest::{HandlerKind, HandlerManifest, Manifest};
use crate::options::PluginSettings;
use crate::rate::Rate;
use crate::refusal::Refusal;
use crate::sync::lock;

/// What a generation is made from.
pub(crate) struct Blueprint {
    pub(crate) number: u64,
    pub(crate) manifest: Manifest,
    pub(crate) settings: PluginSettings,
    pub(crate) bus: Bus,
    pub(crate) counters: Arc<Counters>,
    /// Told that too much went wrong.
    pub(crate) alarm: mpsc::UnboundedSender<Alarm>,
    /// Whether the plugin is linked into this program.
    pub(crate) linked: bool,
}

/// Why a plugin is to be quarantined.
#[derive(Debug)]
pub(crate) struct Alarm {
    pub(crate) generation: u64,
    pub(crate) reason: String,
}

/// One loaded version of a plugin.
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) manifest: Manifest,
    pub(crate) settings: PluginSettings,
    pub(crate) counters: Arc<Counters>,
    bus: Bus,
    runtime: Handle,
    api: OnceLock<Shared<abi::Host>>,
    table: OnceLock<Shared<abi::Plugin>>,
    config: String,
    allowed: Vec<NamePattern>,
    /// Events in the plugin's hands: those it may still touch.
    in_flight: AtomicUsize,
    idle: Notify,
    /// Whether anybody waits for that.
    ending: AtomicBool,
    /// Those of them that nobody waits for any more.
    abandoned: AtomicUsize,
    control: Control,
    lane: Lane,
    logs: Rate,
    publishes: Option<Rate>,
    /// `None` ends it.
    publications: mpsc::Sender<Option<Job>>,
    /// What the entry function said before it failed.
    last_words: Mutex<String>,
    /// The token of `shutdown`, and how it ended.
    stopping: Mutex<Option<(u64, tokio::sync::oneshot::Sender<Outcome>)>>,
    /// Whether what the plugin asks for is still done.
    open: AtomicBool,
    /// The handlers' places, by the routes that lead to them.
    routes: OnceLock<Vec<Option<usize>>>,
    /// How long handlers take that are called inline, by their places.
    watches: Vec<Watch>,
    alarm: mpsc::UnboundedSender<Alarm>,
    panics: Mutex<Vec<std::time::Instant>>,
}

/// The token of `shutdown`: no event's, as a place's number is never that high.
const SHUTDOWN: u64 = u64::MAX;

/// What came of calling a handler.
pub(crate) enum Answer {
    Done(Outcome),
    /// The outcome comes to the call.
    Later(Held),
}

impl Answer {
    /// The outcome, if it has come to the call.
    fn of(held: Held) -> Self {
        // While the token stands there is none, and no lock has to be taken to know it.
        let outcome = (held.token() == 0).then(|| held.take()).flatten();
        outcome.map_or(Self::Later(held), Self::Done)
    }
}

/// A table of the interface, as threads share it.
struct Shared<T>(T);

// SAFETY: the tables are never changed once they are here; the interface's rules 3 and 5 say that
// their functions may be called on any thread.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl Generation {
    /// Makes a generation that has not started. It lives until the process ends.
    pub(crate) fn new(blueprint: Blueprint) -> Result<&'static Self, Refusal> {
        let Blueprint {
            number,
            manifest,
            settings,
            bus,
            counters,
            alarm,
            linked,
        } = blueprint;
        let allowed = settings.allowed(&manifest.publishes)?;
        let config = serde_json::to_string(&settings.config)
            .map_err(|error| Refusal::Settings(error.to_string()))?;
        let (publications, queue) = mpsc::channel(settings.publish_queue);
        let control = Control::start(&manifest.name, number)?;
        let generation: &'static Self = Box::leak(Box::new(Self {
            number,
            watches: manifest.handlers.iter().map(|_| Watch::default()).collect(),
            lane: Lane::new(settings.threads, settings.lost_threads),
            logs: Rate::new(settings.log_per_s),
            publishes: settings.publish_per_s.map(Rate::new),
            manifest,
            settings,
            counters,
            bus,
            runtime: Handle::current(),
            api: OnceLock::new(),
            table: OnceLock::new(),
            config,
            allowed,
            in_flight: AtomicUsize::new(0),
            idle: Notify::new(),
            ending: AtomicBool::new(false),
            abandoned: AtomicUsize::new(0),
            control,
            publications,
            last_words: Mutex::default(),
            stopping: Mutex::default(),
            open: AtomicBool::new(true),
            routes: OnceLock::new(),
            alarm,
            panics: Mutex::default(),
        }));
        let api = offer::table(generation, linked);
        if generation.api.set(Shared(api)).is_err() {
            unreachable!("a new generation has no table yet");
        }
        generation.runtime.spawn(publish::run(generation, queue));
        Ok(generation)
    }

    fn table(&self) -> &abi::Plugin {
        let table = self.table.get();
        &table.expect("a generation that is used has started").0
    }

    fn ctx(&'static self) -> *mut c_void {
        std::ptr::from_ref(self).cast_mut().cast()
    }

    /// The handler of a route, if this generation has one, and its place among them.
    pub(crate) fn handler(&self, route: usize) -> Option<(usize, &HandlerManifest)> {
        let place = self.routes.get()?.get(route).copied().flatten()?;
        Some((place, self.manifest.handlers.get(place)?))
    }

    /// Whether the handler of a route is called inline as things are.
    pub(crate) fn is_inline(&self, route: usize) -> bool {
        self.handler(route).is_some_and(|(place, handler)| {
            handler.kind == HandlerKind::Inline && !self.watches[place].is_demoted()
        })
    }

    /// Says which routes lead to which handlers.
    pub(crate) fn set_routes(&self, routes: Vec<Option<usize>>) {
        let set = self.routes.set(routes);
        debug_assert!(set.is_ok(), "a generation is put in place once");
    }

    /// Takes part: the generation does not end before [`leave`](Self::leave) is called.
    pub(crate) fn join(&self) {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
    }

    /// The other end of [`join`](Self::join).
    pub(crate) fn leave(&self) {
        // Either this sees that somebody waits, or whoever waits sees that none is left.
        let was_last = self.in_flight.fetch_sub(1, Ordering::SeqCst) == 1;
        if was_last && self.ending.load(Ordering::SeqCst) {
            self.idle.notify_waiters();
        }
    }

    /// Events in the plugin's hands.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// Calls a handler, or has it called, for whoever has [joined](Self::join): the event leaves for
    /// it. What takes longer comes to the call.
    pub(crate) fn begin(
        &'static self,
        (place, handler): (usize, &HandlerManifest),
        context: Context,
        patience: Duration,
    ) -> Answer {
        let watch = &self.watches[place];
        let kind = match handler.kind {
            HandlerKind::Inline if watch.is_demoted() => HandlerKind::Sync,
            kind => kind,
        };
        // What is called at once and never waits has no deadline worth looking at the clock for.
        let limit = (kind != HandlerKind::Inline).then_some(patience);
        let Begun { held, token } = Held::begin(self, context, limit);
        if kind == HandlerKind::Sync {
            self.lane.push(self, handler.id, held.clone(), token);
            return Answer::of(held);
        }
        let begun = watch.begin();
        let handling = Handling::of(token);
        let status = self.invoke(handler.id, &held, token);
        let said = handling.end();
        if watch.end(begun) && kind == HandlerKind::Inline {
            self.tell_demoted(handler);
        }
        if said.is_some() || status != abi::PENDING {
            return self.finish_at_once(held, token, said, status);
        }
        Answer::of(held)
    }

    fn tell_demoted(&self, handler: &HandlerManifest) {
        let (plugin, handler) = (&self.manifest.name, &handler.name);
        tracing::warn!(
            plugin,
            handler,
            "it is `inline` and takes over a millisecond: it gets a thread of the plugin's own"
        );
    }

    /// An event was done with when its handler returned: nobody has to be woken for it. What was
    /// said by `complete` stands, whatever was returned.
    fn finish_at_once(&self, held: Held, token: u64, said: Option<Outcome>, status: i32) -> Answer {
        let Some(plugins) = held.take_back(token) else {
            // Another thread of the plugin's completed it before.
            if said.is_some() {
                self.counters.late.add(1);
            }
            return Answer::of(held);
        };
        let outcome = said.unwrap_or_else(|| Outcome::of(status));
        self.came_back(&held, &outcome);
        let answer = if held.is_cancelled() {
            held.complete(outcome);
            drop(plugins);
            Answer::of(held)
        } else {
            held.release_both(plugins);
            Answer::Done(outcome)
        };
        self.leave();
        answer
    }

    /// Calls a handler on this thread, and gives the status it returned.
    fn invoke(&self, id: u32, call: &Call, token: u64) -> i32 {
        let table = self.table();
        let Some(handle) = table.handle else {
            return abi::FAILED;
        };
        // SAFETY: the plugin has started and `shutdown` was not called, as this event is in flight
        // (rule 5); the event lives in the call, which the plugin holds until its token is
        // completed (rule 2).
        unsafe { handle(table.state, id, call.event(), token) }
    }

    /// An event came to its end. What was said by `complete` stands, whatever comes later.
    fn finish(&self, token: u64, outcome: Outcome) -> bool {
        let Some(held) = Held::find(self, token) else {
            return false;
        };
        let Some(plugins) = held.take_back(token) else {
            return false;
        };
        self.came_back(&held, &outcome);
        held.complete(outcome);
        held.release_both(plugins);
        self.leave();
        true
    }

    /// An event left the plugin's hands.
    fn came_back(&self, call: &Call, outcome: &Outcome) {
        if outcome.status == abi::PANIC {
            self.count_panic(outcome);
        }
        if call.is_cancelled() {
            // One that was handed back is not counted: nothing comes after it.
            let less = |left: usize| Some(left.saturating_sub(1));
            let _ = self
                .abandoned
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        }
    }

    /// Nobody waits for a call any more: the plugin is told, and keeps the event until it is done.
    pub(crate) fn abandon(&'static self, call: &Held) {
        if !call.give_up() {
            return;
        }
        let left = self.abandoned.fetch_add(1, Ordering::SeqCst) + 1;
        if call.holds_thread() && !self.lane.write_off(self, call) {
            let lost = self.lane.lost();
            self.raise(format!(
                "{lost} of its threads never came back from a handler"
            ));
        }
        if left >= self.settings.concurrency {
            self.raise(format!("it never finished {left} events"));
        }
        self.cancel(call.token());
    }

    /// Tells the plugin to be done with an event soon.
    fn cancel(&'static self, token: u64) {
        self.control.tell(move || {
            let table = self.table();
            if let (Some(cancel), Some(_held)) = (table.cancel, Held::find(self, token)) {
                // SAFETY: the token is still the plugin's; `cancel` may be called on any thread.
                unsafe { cancel(table.state, token) };
            }
        });
    }

    fn count_panic(&self, outcome: &Outcome) {
        self.counters.panics.add(1);
        let within = Duration::from_secs(self.settings.panics_within_s);
        let mut panics = lock(&self.panics);
        panics.retain(|when| when.elapsed() < within);
        panics.push(std::time::Instant::now());
        let count = panics.len();
        drop(panics);
        if count >= self.settings.panics {
            let last = &outcome.message;
            self.raise(format!(
                "it panicked {count} times within {within:?}; last: {last}"
            ));
        }
    }

    fn raise(&self, reason: String) {
        let generation = self.number;
        // Nobody listens once the host is gone, and then nothing is to be done.
        let _ = self.alarm.send(Alarm { generation, reason });
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation")
            .field("plugin", &self.manifest.name)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
