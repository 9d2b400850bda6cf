//! The service that hosts plugins, and the listing others can read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trunkline::plugins::{HostOptions, LoadError, PluginHost, PluginStatus, Refusal, Watching};
use trunkline::{Binding, Bus, RunningService};

use super::{Account, Hosted, start};
use crate::failure::Failure;
use crate::output::{Columns, Output, OutputError, Tone, say};
use crate::session::Session;

/// The service's name, which is also its group's.
pub(crate) const NAME: &str = "plugins";
/// How often what changed is told, and the listing written.
const TURN: Duration = Duration::from_millis(200);
/// A listing that is older than this has no host any more.
const STALE: Duration = Duration::from_secs(5);

/// Plugins at work.
pub(crate) struct Plugins {
    pub(crate) service: RunningService,
    host: PluginHost,
    watching: Watching,
    teller: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    directory: PathBuf,
}

impl Plugins {
    /// Starts the service, loads what is in the directory, and watches it from then on.
    pub(crate) async fn start(
        session: &Session,
        bus: &Bus,
        account: &std::sync::Arc<Account>,
        directory: &Path,
    ) -> Result<Self, Failure> {
        plugin_files(directory)?;
        let hosted = Hosted {
            name: NAME,
            bindings: Vec::new(),
            builder: PluginHost::service(NAME, bus.clone()),
            least_prefetch: room(&session.settings.plugins),
        };
        let service = start(session, account, hosted).await?;
        let host = PluginHost::new(service.handle(), session.settings.plugins.clone());
        let loaded = host.load_directory(directory).await;
        let loaded = loaded.map_err(|error| unreadable(directory, &error))?;
        if session.settings.plugin_strict
            && let Some(refused) = first_refused(loaded)
        {
            // What was started ends in order; that it does not start is what there is to tell.
            let _ = super::drain(vec![service]).await;
            host.close().await;
            return Err(refused);
        }
        let mut teller = Teller {
            host: host.clone(),
            bus: bus.clone(),
            account: account.clone(),
            output: session.output.clone(),
            directory: directory.to_owned(),
            plugins: BTreeMap::new(),
            refused: BTreeMap::new(),
        };
        teller.tell()?;
        let watching = host.watch(directory);
        let (stop, stopped) = oneshot::channel();
        Ok(Self {
            service,
            host,
            watching,
            teller: tokio::spawn(teller.run(stopped)),
            stop,
            directory: directory.to_owned(),
        })
    }

    /// What is known of each plugin.
    pub(crate) fn list(&self) -> Vec<PluginStatus> {
        self.host.plugins()
    }

    /// Ends it, once the service takes nothing more.
    pub(crate) async fn drain(self) -> Result<trunkline::DrainReport, Failure> {
        self.watching.stop().await;
        let report = super::drain(vec![self.service]).await;
        self.host.close().await;
        drop(self.stop);
        // It ends by itself.
        let _ = self.teller.await;
        // Whoever reads it from now on would be misled.
        let _ = std::fs::remove_file(Listing::path(&self.directory));
        report
    }
}

/// Deliveries in hand for all plugins: four times what one holds that is stuck.
pub(crate) fn room(options: &HostOptions) -> u16 {
    let one = &options.defaults;
    let room = one.concurrency.saturating_add(one.queue).saturating_mul(4);
    u16::try_from(room).unwrap_or(u16::MAX)
}

/// Why not all is as it should be: the first file that was refused, if any was. One that is switched
/// off is as it should be.
fn first_refused(loaded: Vec<(PathBuf, Result<PluginStatus, LoadError>)>) -> Option<Failure> {
    let is_refused = |error: &LoadError| !matches!(error.reason, Refusal::Disabled);
    let mut errors = loaded
        .into_iter()
        .filter_map(|(_, outcome)| outcome.err().filter(is_refused));
    let first = errors.next()?;
    let more = match errors.count() {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    Some(Failure::refused(format!("{first}{more} (`plugin_strict`)")))
}

/// The plugins' files in a directory.
pub(crate) fn plugin_files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "so"))
        .filter(|path| {
            !path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        })
        .collect();
    files.sort();
    Ok(files)
}

fn unreadable(directory: &Path, error: &std::io::Error) -> Failure {
    let place = format!("option `--plugins` {}", directory.display());
    Failure::bad_value(place, format!("{error}; give a directory with plugins"))
}

/// Tells what changes, and keeps the listing.
struct Teller {
    host: PluginHost,
    bus: Bus,
    account: std::sync::Arc<Account>,
    output: Output,
    directory: PathBuf,
    plugins: BTreeMap<String, (u64, String)>,
    refused: BTreeMap<PathBuf, String>,
}

#[derive(Serialize)]
struct PluginStep<'a> {
    step: &'static str,
    #[serde(flatten)]
    plugin: &'a PluginStatus,
}

#[derive(Serialize)]
struct RefusedStep<'a> {
    step: &'static str,
    path: &'a Path,
    reason: &'a str,
}

impl Teller {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut turns = tokio::time::interval(TURN);
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                _ = turns.tick() => {}
            }
            // The reader of standard output may have gone: the command ends by that itself.
            let _ = self.tell();
        }
    }

    fn tell(&mut self) -> Result<(), OutputError> {
        let plugins = self.host.plugins();
        for plugin in &plugins {
            let now = (plugin.generation, plugin.state.as_str().to_owned());
            if self.plugins.insert(plugin.name.clone(), now.clone()) != Some(now) {
                self.tell_plugin(plugin)?;
            }
        }
        let refused: BTreeMap<PathBuf, String> = self.host.refused().into_iter().collect();
        for (path, reason) in &refused {
            if self.refused.get(path) != Some(reason) {
                let step = "plugin_refused";
                self.output.json(&RefusedStep { step, path, reason })?;
                self.output.flush()?;
                say(&format!("plugin {path:?}: {reason}"));
            }
        }
        self.refused = refused;
        self.account.add(NAME, reach(&self.bus, &self.host));
        Listing::of(&plugins, &self.refused).write(&self.directory);
        Ok(())
    }

    fn tell_plugin(&self, plugin: &PluginStatus) -> Result<(), OutputError> {
        let output = &self.output;
        let step = "plugin";
        output.json(&PluginStep { step, plugin })?;
        let state = plugin.state.as_str();
        let tone = if state == "active" {
            Tone::Good
        } else {
            Tone::Bad
        };
        let word = output.paint().tone(tone, state);
        output.text(format!(
            "plugin {} {} (generation {}) is {word}",
            plugin.name, plugin.version, plugin.generation
        ))?;
        output.flush()
    }
}

/// What the broker is asked for on behalf of the plugins.
pub(crate) fn reach(bus: &Bus, host: &PluginHost) -> Vec<Binding> {
    let asked = |binding: Binding| match binding.name() {
        Some(name) if name.is_exact() => bus.dialect().binding_for(name.as_str()),
        Some(_) => Binding::everything(),
        None => binding,
    };
    host.bindings().into_iter().map(asked).collect()
}

/// Writes a line for each plugin as a table, for people.
pub(crate) fn write_plugins(output: &Output, plugins: &[PluginStatus]) -> Result<(), OutputError> {
    if plugins.is_empty() {
        return Ok(());
    }
    let heads = [
        "plugin",
        "version",
        "state",
        "calls",
        "done",
        "failed",
        "panics",
        "published",
    ];
    let mut columns = Columns::new(heads);
    for plugin in plugins {
        let counts = &plugin.counts;
        let numbers = [
            counts.calls,
            counts.done,
            counts.failed,
            counts.panics,
            counts.published,
        ];
        let [calls, done, failed, panics, published] = numbers.map(|number| number.to_string());
        let (name, version) = (plugin.name.clone(), plugin.version.clone());
        let state = plugin.state.as_str().to_owned();
        columns.row([name, version, state, calls, done, failed, panics, published]);
    }
    output.text("")?;
    columns.write(output)
}

/// What a host says of its plugins, in a file beside them, for `trunkline plugin list`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Listing {
    /// Each plugin, and each file that was refused.
    pub(crate) plugins: Vec<Value>,
}

impl Listing {
    fn path(directory: &Path) -> PathBuf {
        directory.join(".trunkline-plugins.json")
    }

    fn of(plugins: &[PluginStatus], refused: &BTreeMap<PathBuf, String>) -> Self {
        let loaded = plugins
            .iter()
            .filter_map(|plugin| serde_json::to_value(plugin).ok());
        let refused = refused.iter().map(|(path, reason)| {
            serde_json::json!({
                "name": null, "version": null, "generation": null, "state": "refused",
                "path": path, "reason": reason, "handlers": [], "counts": null,
            })
        });
        Self {
            plugins: loaded.chain(refused).collect(),
        }
    }

    /// Replaces the file as a whole. A directory that cannot be written to has no listing.
    fn write(&self, directory: &Path) {
        let path = Self::path(directory);
        let new = path.with_extension("new");
        let written = serde_json::to_vec(self)
            .map_err(std::io::Error::other)
            .and_then(|text| std::fs::write(&new, text))
            .and_then(|()| std::fs::rename(&new, &path));
        if let Err(error) = written {
            tracing::debug!(%error, ?path, "the listing of plugins cannot be written");
        }
    }

    /// What the host of a directory says; `None` if there is none.
    pub(crate) fn read(directory: &Path) -> Option<Self> {
        let path = Self::path(directory);
        let modified = std::fs::metadata(&path).ok()?.modified().ok()?;
        let age = SystemTime::now()
            .duration_since(modified)
            .unwrap_or_default();
        if age > STALE {
            return None;
        }
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }
}
