//! From files to versions in place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value as Json};
use trunkline_plugin_abi as abi;

use super::announce::Progress;
use super::{Inner, PluginHost, Refused, install};
use crate::file::{self, Candidate, PrivateDirectory, Seen, Unfit};
use crate::link;
use crate::native::Code;
use crate::plugin::Plugin;
use crate::refusal::{LoadError, Refusal};
use crate::status::PluginStatus;
use crate::sync::lock;

/// Generations whose code came from files, in this process's life.
static LOADED: AtomicU64 = AtomicU64::new(0);

impl PluginHost {
    /// Loads several files; two of one name are both refused.
    pub(crate) async fn load_all(
        &self,
        paths: Vec<PathBuf>,
    ) -> Vec<(PathBuf, Result<PluginStatus, LoadError>)> {
        let _one = self.inner.changes.lock().await;
        let mut read = Vec::new();
        for path in paths {
            let seen = Seen::at(&path);
            let options = self.inner.options.clone();
            let place = path.clone();
            let candidate = tokio::task::spawn_blocking(move || file::read(&place, &options));
            let candidate = candidate.await.unwrap_or_else(|error| {
                Err(Refusal::Damaged(format!("reading it failed: {error}")).into())
            });
            read.push((path, seen, candidate));
        }
        let names: Vec<_> = read
            .iter()
            .map(|(path, _, read)| name_of(path, read))
            .collect();
        let mut outcomes = Vec::new();
        for (path, seen, candidate) in read {
            let name = match &candidate {
                Ok(read) => Some(read.inspected.manifest.name.clone()),
                Err(unfit) => unfit.name.clone(),
            };
            let seen = seen.map(|seen| match &name {
                Some(name) => seen.with_settings(&path, name),
                None => seen,
            });
            let progress = Progress::install();
            let outcome = match candidate {
                Ok(candidate) => {
                    let load = self.load_one(&path, candidate, seen, &names, &progress);
                    load.await
                }
                Err(unfit) => Err(unfit.reason),
            };
            let from = Source {
                path,
                name,
                seen,
                progress,
            };
            outcomes.push((from.path.clone(), self.tell_loaded(from, outcome)));
        }
        outcomes
    }

    async fn load_one(
        &self,
        path: &Path,
        candidate: Candidate,
        seen: Option<Seen>,
        others: &[Option<(String, PathBuf)>],
        progress: &Progress,
    ) -> Result<Arc<Plugin>, Refusal> {
        let name = candidate.inspected.manifest.name.clone();
        self.check_same_name(&name, path, others)?;
        let settings = self.inner.options.defaults.beside(path, &name)?;
        if !settings.enabled {
            let until = self.inner.patience();
            self.inner.remove(&name, until).await;
            return Err(Refusal::Disabled);
        }
        progress.step(&self.inner, "starting");
        self.inner.check_capacity()?;
        let number = self.inner.next_generation();
        let copy = self.inner.private()?.copy(&candidate, number)?;
        if candidate.inspected.debug_build {
            tracing::warn!(plugin = name, ?path, "is a debug build");
        }
        if self.inner.options.trial {
            progress.step(&self.inner, "validating");
            let place = copy.clone();
            let tried = tokio::task::spawn_blocking(move || link::try_loading(&place));
            let tried = tried.await.unwrap_or(Ok(()));
            if let Err(reason) = tried {
                let _ = std::fs::remove_file(&copy);
                return Err(reason);
            }
        }
        LOADED.fetch_add(1, Ordering::SeqCst);
        let blueprint = install::New {
            number,
            manifest: candidate.inspected.manifest,
            settings,
            code: Code::File(copy.clone()),
            path: Some(path.to_owned()),
            seen: seen.map(Seen::loaded),
        };
        progress.step(&self.inner, "installing");
        let installed = self.inner.install(blueprint).await;
        // The mapping stays without its name.
        let _ = std::fs::remove_file(&copy);
        installed
    }

    /// Loads a plugin that is linked into this program, as its tests do.
    ///
    /// # Errors
    /// [`LoadError`], with `NAME` as the path.
    pub async fn load_linked(
        &self,
        meta: &abi::MetaHead,
        manifest: &[u8],
        entry: abi::Entry,
        config: Map<String, Json>,
    ) -> Result<PluginStatus, LoadError> {
        let _one = self.inner.changes.lock().await;
        let load = async {
            let manifest = crate::inspect::describe(meta, manifest)?;
            let new = install::New {
                number: self.inner.next_generation(),
                manifest,
                settings: self.inner.options.defaults.clone().with_config(config),
                code: Code::Linked(entry),
                path: None,
                seen: None,
            };
            self.inner.install(new).await
        };
        let outcome = load.await;
        let from = Source {
            path: PathBuf::from("(linked)"),
            name: None,
            seen: None,
            progress: Progress::install(),
        };
        let loaded = self.tell_loaded(from, outcome);
        // A test that sees every event finds it said before its own.
        self.inner.announcer.flush().await;
        loaded
    }

    fn tell_loaded(
        &self,
        from: Source,
        outcome: Result<Arc<Plugin>, Refusal>,
    ) -> Result<PluginStatus, LoadError> {
        let Source {
            path,
            name,
            seen,
            progress,
        } = from;
        let reason = match outcome {
            Ok(plugin) => {
                lock(&self.inner.refused).remove(&path);
                progress.step(&self.inner, "completed");
                return Ok(plugin.status());
            }
            Err(reason) => reason,
        };
        let is_off = matches!(reason, Refusal::Disabled);
        let twin = match &reason {
            Refusal::SameName { other, .. } => Some(other.clone()),
            _ => None,
        };
        let why = reason.to_string();
        let error = LoadError {
            path: path.clone(),
            name: name.clone(),
            reason,
        };
        if !matches!(error.reason, Refusal::StillChanging) {
            let refused = Refused {
                why,
                is_off,
                name,
                seen: seen.map(|seen| seen.with_twin(twin.as_deref())),
                twin,
            };
            lock(&self.inner.refused).insert(path, refused);
        }
        if !matches!(error.reason, Refusal::StillChanging | Refusal::Disabled) {
            tracing::warn!("{error}");
            self.inner.announce_refusal(&error);
            progress.error(&self.inner, &error);
        }
        Err(error)
    }

    fn check_same_name(
        &self,
        name: &str,
        path: &Path,
        others: &[Option<(String, PathBuf)>],
    ) -> Result<(), Refusal> {
        let refuse = |other: &Path, outcome| {
            Err(Refusal::SameName {
                other: other.to_owned(),
                name: name.to_owned(),
                outcome,
            })
        };
        let loaded = self
            .plugin(name)
            .filter(|plugin| plugin.current().is_some());
        let from = loaded.and_then(|plugin| lock(&plugin.about).path.clone());
        if let Some(from) = from {
            if from != path && from.exists() {
                return refuse(&from, "that one stays loaded");
            }
            return Ok(());
        }
        let mut twins = others.iter().flatten();
        match twins.find(|(other, at)| other == name && at != path) {
            Some((_, other)) => refuse(other, "neither was loaded"),
            None => Ok(()),
        }
    }
}

/// Where a plugin was read from.
struct Source {
    path: PathBuf,
    /// Its name, if it was read so far.
    name: Option<String>,
    /// What there was before it was read.
    seen: Option<Seen>,
    progress: Progress,
}

fn name_of(path: &Path, read: &Result<Candidate, Unfit>) -> Option<(String, PathBuf)> {
    let read = read.as_ref().ok()?;
    Some((read.inspected.manifest.name.clone(), path.to_owned()))
}

impl Inner {
    fn private(&self) -> Result<&PrivateDirectory, Refusal> {
        if let Some(private) = self.private.get() {
            return Ok(private);
        }
        let made = PrivateDirectory::new(&self.options)?;
        Ok(self.private.get_or_init(|| made))
    }

    /// Refuses long before the process has no room left for another generation.
    fn check_capacity(&self) -> Result<(), Refusal> {
        if *self.closing.borrow() {
            return Err(Refusal::Closing);
        }
        if !cfg!(target_os = "linux") {
            return Err(Refusal::System);
        }
        let loaded = usize::try_from(LOADED.load(Ordering::SeqCst)).unwrap_or(usize::MAX);
        if loaded >= self.options.generations {
            return Err(Refusal::Generations { loaded });
        }
        crate::native::has_thread_keys(loaded)
    }
}
