//! The sample plugins: loaded from their files, one swapped and one panicking while events flow.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trunkline::plugins::{HostOptions, PluginHost, PluginStatus};
use trunkline::{Bus, RunningService};

use super::watcher::Happening;
use crate::failure::Failure;
use crate::host::{self, Account, Hosted, PLUGINS, reach};
use crate::session::Session;

/// The plugins, and what stands in `NAME.toml` beside each.
const PLAYED: [(&str, &str); 3] = [
    ("call-stats", "[config]\nevery = 4\n"),
    ("misbehaving", ""),
    ("welcome", "[config]\nfrom = \"hello@example.com\"\n"),
];
/// The one that is swapped, and its newer build.
const SWAPPED: (&str, &str) = ("call-stats", "call-stats-next");

/// How to build them, for whoever has not.
const BUILD: &str = "`cargo build` in a clone of Trunkline builds them";

/// What is done to the plugins in the course of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// A user is created, whom `welcome` greets.
    Greet,
    /// `misbehaving` is told to panic.
    Panic,
    /// A newer build of `call-stats` is put in its place.
    Swap,
}

/// When, in the recording: each in a lull of its own, the swap amid calls.
const ACTS: [(Duration, Act); 3] = [
    (Duration::from_secs(8), Act::Greet),
    (Duration::from_secs(13), Act::Panic),
    (Duration::from_secs(17), Act::Swap),
];

/// The plugins at work.
pub(super) struct Plugged {
    host: PluginHost,
    bus: Bus,
    account: Arc<Account>,
    shown: mpsc::Sender<Happening>,
    samples: PathBuf,
    /// Where they are loaded from; taken away in the end.
    directory: TempDir,
    acted: usize,
    swapping: Option<JoinHandle<()>>,
}

impl Plugged {
    /// Loads the samples that were built into a directory, or else beside this program. Gives the
    /// service that hosts them too; where they are not, a sentence that says so.
    pub(super) async fn start(
        session: &Session,
        bus: &Bus,
        account: &Arc<Account>,
        shown: mpsc::Sender<Happening>,
        samples: Option<&Path>,
    ) -> Result<Result<(Self, RunningService), String>, Failure> {
        let samples = match samples.map(Path::to_path_buf).or_else(beside) {
            Some(samples) => samples,
            None => {
                return Ok(Err(format!(
                    "the place of this program is not known; {BUILD}"
                )));
            }
        };
        if let Some(file) = missing(&samples) {
            let place = samples.display();
            return Ok(Err(format!("{file} is not in {place}; {BUILD}")));
        }
        let directory = match private(&samples) {
            Ok(directory) => directory,
            Err(error) => return Ok(Err(format!("they cannot be copied: {error}"))),
        };
        // Each file is moved into place whole: there is nothing to be waited for.
        let options = HostOptions::new().with_settle(Duration::from_millis(10));
        let hosted = Hosted {
            name: PLUGINS,
            bindings: Vec::new(),
            builder: PluginHost::service(PLUGINS, bus.clone()),
            least_prefetch: host::room(&options),
        };
        let service = host::start(session, account, hosted).await?;
        let host = PluginHost::new(service.handle(), options);
        let plugged = Self {
            host,
            bus: bus.clone(),
            account: Arc::clone(account),
            shown,
            samples,
            directory,
            acted: 0,
            swapping: None,
        };
        for (name, _) in PLAYED {
            if let Err(error) = plugged.host.load(&plugged.path(name)).await {
                plugged.host.close().await;
                host::drain(vec![service]).await?;
                return Ok(Err(error.to_string()));
            }
        }
        account.add(PLUGINS, reach(bus, &plugged.host));
        Ok(Ok((plugged, service)))
    }

    /// What is known of each.
    pub(super) fn list(&self) -> Vec<PluginStatus> {
        self.host.plugins()
    }

    /// The next act, if its time has come.
    pub(super) fn due(&mut self, offset: Duration) -> Option<Act> {
        let (time, act) = ACTS.get(self.acted)?;
        (offset >= *time).then(|| {
            self.acted += 1;
            *act
        })
    }

    /// Puts the newer build over the file that is loaded and has it loaded, while events flow.
    pub(super) fn swap(&mut self) {
        let (host, bus) = (self.host.clone(), self.bus.clone());
        let (account, shown) = (Arc::clone(&self.account), self.shown.clone());
        let (path, newer) = (self.path(SWAPPED.0), self.samples.join(file_of(SWAPPED.1)));
        self.swapping = Some(tokio::spawn(async move {
            let copy = path.clone();
            let copied = tokio::task::spawn_blocking(move || put(&newer, &copy)).await;
            let swapped = match copied {
                Ok(Ok(())) => host.load(&path).await.map_err(|error| error.to_string()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            account.add(PLUGINS, reach(&bus, &host));
            // Whoever shows it is gone once the demo ends.
            let _ = shown.send(Happening::Swapped(swapped.map(Box::new))).await;
        }));
    }

    /// Whether a swap is under way.
    pub(super) fn is_swapping(&self) -> bool {
        self.swapping
            .as_ref()
            .is_some_and(|swapping| !swapping.is_finished())
    }

    /// Lets them go, once their service takes nothing more.
    pub(super) async fn close(self) {
        self.host.close().await;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(format!("{name}.so"))
    }
}

/// Where cargo puts what it builds together with this program.
fn beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program.parent().map(Path::to_path_buf)
}

/// What cargo calls the library of a crate.
fn file_of(name: &str) -> String {
    format!("lib{}.so", name.replace('-', "_"))
}

/// The first file that is not there.
fn missing(samples: &Path) -> Option<String> {
    let names = PLAYED.iter().map(|(name, _)| *name).chain([SWAPPED.1]);
    names
        .map(file_of)
        .find(|file| !samples.join(file).is_file())
}

/// A directory nobody else has to do with, with the plugins and their settings.
fn private(samples: &Path) -> std::io::Result<TempDir> {
    let directory = tempfile::Builder::new()
        .prefix("trunkline-demo-")
        .tempdir()?;
    for (name, settings) in PLAYED {
        let path = directory.path().join(format!("{name}.so"));
        put(&samples.join(file_of(name)), &path)?;
        std::fs::write(path.with_extension("toml"), settings)?;
    }
    Ok(directory)
}

/// Copies a file to where it replaces another as a whole.
fn put(from: &Path, to: &Path) -> std::io::Result<()> {
    let new = to.with_extension("new");
    std::fs::copy(from, &new)?;
    std::fs::rename(new, to)
}
