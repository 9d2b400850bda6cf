//! The host: loads plugins, lists them, lets them go.

mod announce;
mod bind;
mod check;
mod install;
mod load;
mod measure;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use announce::Announcer;
use tokio::sync::{mpsc, watch};
use trunkline_core::{Bus, HandlerOptions, Service, ServiceBuilder, ServiceHandle};

use crate::file::{PrivateDirectory, Seen};
use crate::generation::Alarm;
use crate::options::HostOptions;
use crate::plugin::Plugin;
use crate::refusal::{LoadError, RefusedFile};
use crate::status::PluginStatus;
use crate::sync::lock;

/// Hosts plugins in a running service: each of their handlers is a handler of that service, named
/// `PLUGIN/HANDLER`, with its retries, dead letters, lanes, traces and metrics.
///
/// Cloning copies a pointer. Drain the service first, then [`close`](PluginHost::close) the host:
/// so that no event meets a plugin that is gone.
///
/// # Examples
/// ```no_run
/// # use trunkline_core::Bus;
/// use trunkline_plugin_host::{HostOptions, PluginHost};
///
/// # async fn example(bus: Bus) -> Result<(), Box<dyn std::error::Error>> {
/// let service = PluginHost::service("plugins", bus).build()?.start().await?;
/// let host = PluginHost::new(service.handle(), HostOptions::new());
/// for (path, outcome) in host.load_directory("plugins".as_ref()).await? {
///     match outcome {
///         Ok(plugin) => println!("{} {} is active", plugin.name, plugin.version),
///         Err(error) => println!("{}: {error}", path.display()),
///     }
/// }
/// let watching = host.watch("plugins".as_ref());
/// // …until told to stop.
/// host.stop_loading();
/// watching.stop().await;
/// service.drain().await?;
/// host.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PluginHost {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) service: ServiceHandle,
    pub(crate) options: HostOptions,
    plugins: Mutex<BTreeMap<String, Arc<Plugin>>>,
    /// Files that were refused, and why.
    refused: Mutex<BTreeMap<PathBuf, Refused>>,
    /// One change at a time.
    changes: tokio::sync::Mutex<()>,
    /// Generations loaded in this host's life.
    generations: AtomicU64,
    private: OnceLock<PrivateDirectory>,
    alarm: mpsc::Sender<Alarm>,
    closing: watch::Sender<bool>,
    announcer: Announcer,
}

/// Deliveries in hand for all plugins: four times what one holds that is stuck, as settings are unless
/// somebody changes them.
const PREFETCH: u16 = 512;

/// Most alarms that wait to be heard; a fault whose alarm finds no room is told with the next.
const ALARMS: usize = 64;

/// A file that was refused.
struct Refused {
    why: String,
    /// Whether it is the operator's wish.
    is_off: bool,
    /// The plugin's name, if it was read so far.
    name: Option<String>,
    /// The other file of its name.
    twin: Option<PathBuf>,
    /// What there was before it was read.
    seen: Option<Seen>,
}

impl PluginHost {
    /// Begins building a service to host plugins in: one that starts though it has no handlers of
    /// its own yet, and takes 512 deliveries in hand, so that a plugin that is stuck, and holds as many
    /// as it may, leaves most of them to the others.
    pub fn service(name: &str, bus: Bus) -> ServiceBuilder {
        let options = HandlerOptions::new().named("plugins");
        // A broker has no subscription to nothing; nobody publishes an event of this name.
        Service::builder(name, bus)
            .on_name_with(options, "plugin.none", async || {})
            .prefetch(PREFETCH)
    }

    /// Hosts plugins in a running service.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(service: ServiceHandle, options: HostOptions) -> Self {
        let (alarm, alarms) = mpsc::channel(ALARMS);
        let inner = Arc::new(Inner {
            announcer: Announcer::new(service.bus().clone()),
            service,
            options,
            plugins: Mutex::default(),
            refused: Mutex::default(),
            changes: tokio::sync::Mutex::default(),
            generations: AtomicU64::new(0),
            private: OnceLock::new(),
            alarm,
            closing: watch::Sender::new(false),
        });
        tokio::spawn(install::hear_alarms(Arc::downgrade(&inner), alarms));
        tokio::spawn(measure::keep_showing(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Loads a plugin from a file, or swaps a loaded one for it: the new version starts while the
    /// old one works, takes its place, and the old one finishes what it has.
    ///
    /// Dropping the future may leave the plugin loading.
    ///
    /// # Errors
    /// [`LoadError`]: what is wrong with the file. A version that was loaded stays.
    pub async fn load(&self, path: &Path) -> Result<PluginStatus, LoadError> {
        let mut outcomes = self.load_all(vec![path.to_owned()]).await;
        let (_, outcome) = outcomes.pop().expect("one file gives one outcome");
        outcome
    }

    /// Loads every plugin in a directory: files that end in `.so`, are not hidden, and do not end
    /// as copies on their way do.
    ///
    /// # Errors
    /// [`io::Error`](std::io::Error) if the directory cannot be read.
    pub async fn load_directory(
        &self,
        directory: &Path,
    ) -> std::io::Result<Vec<(PathBuf, Result<PluginStatus, LoadError>)>> {
        let files = crate::watch::plugins_in(directory)?;
        Ok(self.load_all(files).await)
    }

    pub(crate) fn plugin(&self, name: &str) -> Option<Arc<Plugin>> {
        lock(&self.inner.plugins).get(name).cloned()
    }

    /// Lets a plugin go: its handlers are removed, it finishes what it has, and it is stopped.
    /// False if there is none of this name.
    pub async fn unload(&self, name: &str) -> bool {
        let _one = self.inner.changes.lock().await;
        let until = self.inner.patience();
        self.inner.remove(name, until).await
    }

    /// The plugins there are.
    pub fn plugins(&self) -> Vec<PluginStatus> {
        let plugins = lock(&self.inner.plugins);
        plugins.values().map(|plugin| plugin.status()).collect()
    }

    /// Files that were refused, and why: until they are loaded or gone.
    pub fn refused(&self) -> Vec<RefusedFile> {
        let refused = lock(&self.inner.refused);
        let told = refused.iter().filter(|(_, one)| !one.is_off);
        let shown = |(path, one): (&PathBuf, &Refused)| RefusedFile {
            path: path.clone(),
            name: one.name.clone(),
            reason: one.why.clone(),
        };
        told.map(shown).collect()
    }

    /// The files that were loaded or refused, as they were then.
    pub(crate) fn seen(&self) -> Vec<(PathBuf, Seen)> {
        let mut seen = Vec::new();
        for plugin in lock(&self.inner.plugins).values() {
            let about = lock(&plugin.about);
            seen.extend(about.path.clone().zip(about.seen));
        }
        for (path, one) in lock(&self.inner.refused).iter() {
            seen.extend(one.seen.map(|seen| (path.clone(), seen)));
        }
        seen
    }

    /// What there is at a path, with all that may change what becomes of it.
    pub(crate) fn look_at(&self, path: &Path) -> Option<Seen> {
        let seen = Seen::at(path)?;
        if let Some(refused) = lock(&self.inner.refused).get(path) {
            let seen = seen.with_twin(refused.twin.as_deref());
            return Some(match &refused.name {
                Some(name) => seen.with_settings(path, name),
                None => seen,
            });
        }
        let loaded = self.loaded_from(path);
        Some(loaded.map_or(seen, |name| seen.with_settings(path, &name).loaded()))
    }

    /// What there was at a path when it was last loaded or refused.
    pub(crate) fn seen_at(&self, path: &Path) -> Option<Seen> {
        if let Some(refused) = lock(&self.inner.refused).get(path) {
            return refused.seen;
        }
        let name = self.loaded_from(path)?;
        let plugin = self.plugin(&name)?;
        lock(&plugin.about).seen
    }

    /// The name of the plugin that was loaded from a path.
    pub(crate) fn loaded_from(&self, path: &Path) -> Option<String> {
        let plugins = lock(&self.inner.plugins);
        let mut plugins = plugins.values();
        let found = plugins.find(|plugin| lock(&plugin.about).path.as_deref() == Some(path));
        found.map(|plugin| plugin.name.clone())
    }

    /// What the plugins' handlers want, as of now.
    pub fn bindings(&self) -> Vec<trunkline_core::Binding> {
        let plugins = lock(&self.inner.plugins);
        let current = plugins.values().filter_map(|plugin| plugin.current());
        let handlers = current.flat_map(|generation| &generation.manifest.handlers);
        handlers
            .flat_map(|handler| handler.bindings.clone())
            .collect()
    }

    pub(crate) fn forget_refusal(&self, path: &Path) {
        lock(&self.inner.refused).remove(path);
    }

    /// Loads no more: what is asked for from here on is refused, and so is what waits for a broker that
    /// is away. Plugins stay. It lets a [`Watching`](crate::Watching) stop soon whatever the broker
    /// does.
    pub fn stop_loading(&self) {
        self.inner.closing.send_replace(true);
    }

    /// Lets every plugin go, and loads no more. A broker that is away is not waited for, but for a
    /// few seconds.
    pub async fn close(&self) {
        self.stop_loading();
        let _one = self.inner.changes.lock().await;
        let names: Vec<String> = lock(&self.inner.plugins).keys().cloned().collect();
        let until = self.inner.patience();
        for name in names {
            self.inner.remove(&name, until).await;
        }
        self.inner.announcer.flush().await;
    }
}

impl Inner {
    fn next_generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Returns once no more is to be loaded.
    async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives as long as we do.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

impl fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = lock(&self.inner.plugins).keys().cloned().collect();
        f.debug_struct("PluginHost")
            .field("service", &self.inner.service.name())
            .field("plugins", &names)
            .finish_non_exhaustive()
    }
}
