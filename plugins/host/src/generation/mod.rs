//! One loaded version of a plugin.
//!
//! A generation is never freed: its plugin may hold pointers to it for as long as the process
//! lives, and may use them however late. What it holds of events is freed as they end; what is left
//! of a retired one is some hundred bytes beside its mapping. The host bounds how many there are.

mod call;
mod control;
mod end;
mod faults;
mod handle;
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
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use trunkline_core::{Bus, NamePattern};
use trunkline_plugin_abi as abi;

pub(crate) use call::Call;
use control::Control;
pub(crate) use faults::Alarm;
pub(crate) use handle::Answer;
pub(crate) use held::Held;
use lane::Lane;
pub(crate) use outcome::Outcome;
use publish::Job;
use watch::Watch;

use crate::counters::Counters;
use crate::manifest::{HandlerKind, HandlerManifest, Manifest};
use crate::options::PluginSettings;
use crate::rate::Rate;
use crate::refusal::Refusal;

/// What a generation is made from.
pub(crate) struct Blueprint {
    pub(crate) number: u64,
    pub(crate) manifest: Manifest,
    pub(crate) settings: PluginSettings,
    pub(crate) bus: Bus,
    pub(crate) counters: Arc<Counters>,
    /// Told that too much went wrong.
    pub(crate) alarm: mpsc::Sender<Alarm>,
    /// Whether the plugin is linked into this program.
    pub(crate) linked: bool,
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
    alarm: mpsc::Sender<Alarm>,
    /// Whether that was said.
    raised: AtomicBool,
    panics: Mutex<Vec<Instant>>,
}

/// The token of `shutdown`: no event's, as a place's number is never that high.
const SHUTDOWN: u64 = u64::MAX;

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
            raised: AtomicBool::new(false),
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

    /// Whether a handler is called inline as things are.
    pub(crate) fn is_inline(&self, (place, handler): (usize, &HandlerManifest)) -> bool {
        handler.kind == HandlerKind::Inline && !self.watches[place].is_demoted()
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
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation")
            .field("plugin", &self.manifest.name)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
