//! Watching a directory: what is copied into it is loaded, what is taken out of it goes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::file::Seen;
use crate::host::PluginHost;
use crate::refusal::{LoadError, Refusal};

/// After this long without rest, a file is spoken of.
const RESTLESS: Duration = Duration::from_secs(30);

/// The plugins in a directory, by their names: `.so`, not hidden, no copy on its way.
pub(crate) fn plugins_in(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.extension() == Some(OsStr::new("so")) && !name.starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A directory that is watched, until this is dropped or stopped.
#[derive(Debug)]
#[must_use = "dropped, it watches no more"]
pub struct Watching {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Watching {
    /// Stops watching, after a change that is being made. Plugins stay.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // It ends by itself; a panic in it has been told.
        let _ = (&mut self.task).await;
    }
}

impl PluginHost {
    /// Watches a directory: files that come or change are loaded once they have settled, those that
    /// go are let go. Changes are heard of by the system's file events, and by looking now and
    /// then.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn watch(&self, directory: &Path) -> Watching {
        let (stop, stopped) = oneshot::channel();
        let watch = Watch {
            host: self.clone(),
            directory: directory.to_owned(),
            files: BTreeMap::new(),
        };
        Watching {
            stop: Some(stop),
            task: tokio::spawn(watch.run(stopped)),
        }
    }
}

struct Watch {
    host: PluginHost,
    directory: PathBuf,
    files: BTreeMap<PathBuf, Known>,
}

/// What is known of one path.
struct Known {
    /// `None` while it is gone.
    state: Option<Seen>,
    /// Since when it is in this state.
    since: Instant,
    /// When it was first seen to change since it was last dealt with.
    restless: Option<Instant>,
    /// The state that was dealt with.
    dealt: Option<Option<Seen>>,
}

impl Watch {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let (heard, mut changes) = mpsc::channel(1);
        // Kept for as long as we listen.
        let _watcher = self.listen(heard);
        self.know_what_was_seen();
        loop {
            let wait = self.look().await;
            tokio::select! {
                _ = &mut stopped => return,
                _ = changes.recv() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Hears of changes; without that, looking now and then must do.
    fn listen(&self, heard: mpsc::Sender<()>) -> Option<RecommendedWatcher> {
        let changed = move |_: notify::Result<notify::Event>| {
            // Any event will do, and one that waits stands for all: we look for ourselves.
            let _ = heard.try_send(());
        };
        let watch = || {
            let mut watcher = notify::recommended_watcher(changed)?;
            watcher.watch(&self.directory, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        };
        match watch() {
            Ok(watcher) => Some(watcher),
            Err::<_, notify::Error>(error) => {
                let every = self.host.inner.options.poll;
                tracing::warn!(%error, directory = ?self.directory, ?every, "no file events; looking now and then");
                None
            }
        }
    }

    /// What was loaded or refused before we looked is not read again, unless it has changed since.
    fn know_what_was_seen(&mut self) {
        for (path, seen) in self.host.seen() {
            if path.parent() == Some(&self.directory) {
                self.files.insert(path, Known::dealt_with(Some(seen)));
            }
        }
    }

    /// Looks at the directory, deals with what has settled, and says when to look again.
    async fn look(&mut self) -> Duration {
        let options = &self.host.inner.options;
        let (settle, poll) = (options.settle, options.poll);
        let found = plugins_in(&self.directory).unwrap_or_default();
        let paths: Vec<PathBuf> = self.files.keys().cloned().chain(found).collect();
        // One time for all: what came together is dealt with together.
        let now = Instant::now();
        let mut due = Vec::new();
        let mut restless = false;
        for path in paths {
            let state = self.host.look_at(&path);
            let seen = self
                .files
                .entry(path.clone())
                .or_insert_with(Known::unknown);
            if seen.note(state, now) {
                tracing::warn!(?path, "has not stopped changing for {RESTLESS:?}");
            }
            if seen.is_dealt_with() {
                continue;
            }
            if !seen.has_settled(settle, now) {
                restless = true;
            } else if !due.contains(&path) {
                due.push(path);
            }
        }
        if !due.is_empty() {
            self.deal_with(due).await;
        }
        if restless {
            settle / 4 + Duration::from_millis(1)
        } else {
            poll
        }
    }

    async fn deal_with(&mut self, due: Vec<PathBuf>) {
        let mut here = Vec::new();
        for path in due {
            let gone = self
                .files
                .get(&path)
                .is_some_and(|seen| seen.state.is_none());
            if gone {
                self.files.remove(&path);
                self.host.forget_refusal(&path);
                if let Some(name) = self.host.loaded_from(&path) {
                    self.host.unload(&name).await;
                }
            } else {
                here.push(path);
            }
        }
        for (path, outcome) in self.host.load_all(here).await {
            let read = self.host.seen_at(&path);
            let Some(seen) = self.files.get_mut(&path) else {
                continue;
            };
            match outcome {
                Err(LoadError {
                    reason: Refusal::StillChanging,
                    ..
                }) => seen.since = Instant::now(),
                // What was read, not what is there by now. Its settings may be known only now.
                _ => {
                    seen.state = read.or(seen.state);
                    seen.deal();
                }
            }
        }
    }
}

impl Known {
    fn unknown() -> Self {
        Self {
            state: None,
            since: Instant::now(),
            restless: None,
            dealt: None,
        }
    }

    fn dealt_with(state: Option<Seen>) -> Self {
        Self {
            state,
            dealt: Some(state),
            ..Self::unknown()
        }
    }

    fn is_dealt_with(&self) -> bool {
        self.dealt == Some(self.state)
    }

    fn deal(&mut self) {
        self.dealt = Some(self.state);
        self.restless = None;
    }

    /// Notes what there is now; true if it is time to say that it changes and changes.
    fn note(&mut self, state: Option<Seen>, now: Instant) -> bool {
        if self.state == state {
            return false;
        }
        self.state = state;
        self.since = now;
        let restless = *self.restless.get_or_insert(now);
        let too_long = now.duration_since(restless) > RESTLESS;
        if too_long {
            self.restless = None;
        }
        too_long
    }

    fn has_settled(&self, settle: Duration, now: Instant) -> bool {
        now.duration_since(self.since) >= settle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file is after this many changes.
    fn after(changes: usize) -> Option<Seen> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.so");
        std::fs::write(&path, "x".repeat(changes)).unwrap();
        Seen::at(&path)
    }

    #[test]
    fn a_file_has_settled_so_long_after_its_last_change() {
        let (start, settle) = (Instant::now(), Duration::from_millis(250));
        let at = |ms| start + Duration::from_millis(ms);
        let mut known = Known::unknown();
        known.note(after(1), at(0));
        known.note(after(2), at(200));
        assert!(!known.has_settled(settle, at(300)));
        assert!(!known.is_dealt_with());
        assert!(known.has_settled(settle, at(450)));
    }

    #[test]
    fn a_file_that_does_not_come_to_rest_is_spoken_of_every_half_minute() {
        let start = Instant::now();
        let mut known = Known::unknown();
        let told: Vec<usize> = (0..=70)
            .filter(|second| {
                let now = start + Duration::from_secs(*second as u64);
                known.note(after(*second + 1), now)
            })
            .collect();
        assert_eq!(told, [31, 63]);
        let last = after(100);
        known.note(last, start + Duration::from_secs(71));
        let rested = start + Duration::from_secs(1000);
        assert!(!known.note(last, rested), "it did come to rest");
    }
}
