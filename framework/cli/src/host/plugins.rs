//! The service that hosts plugins.

use std::path::{Path, PathBuf};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trunkline::plugins::{HostOptions, LoadError, PluginHost, PluginStatus, Refusal, Watching};
use trunkline::{Binding, Bus, RunningService};

use super::listing::Listing;
use super::teller::Teller;
use super::{Account, Hosted, start};
use crate::failure::Failure;
use crate::session::Session;

/// The service's name, which is also its group's.
pub(crate) const NAME: &str = "plugins";

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
        let mut teller = Teller::new(&host, bus, account, &session.output, directory);
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
        // Or else it would wait for a broker that is away.
        self.host.stop_loading();
        self.watching.stop().await;
        let report = super::drain(vec![self.service]).await;
        // That plugins go with the host needs no telling. It ends by itself.
        drop(self.stop);
        let _ = self.teller.await;
        self.host.close().await;
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

/// What the broker is asked for on behalf of the plugins.
pub(crate) fn reach(bus: &Bus, host: &PluginHost) -> Vec<Binding> {
    let asked = |binding: Binding| match binding.name() {
        Some(name) if name.is_exact() => bus.dialect().binding_for(name.as_str()),
        Some(_) => Binding::everything(),
        None => binding,
    };
    host.bindings().into_iter().map(asked).collect()
}
