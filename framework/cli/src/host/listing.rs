//! What is said of plugins in lists.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trunkline::plugins::{PluginStatus, RefusedFile};

use crate::output::{Columns, Output, OutputError};

/// A listing that is older than this has no host any more.
const STALE: Duration = Duration::from_secs(5);

/// What a refused file is called: as its manifest says, if that can be read, or else as it lies there.
pub(crate) fn name_of(manifest: Option<&str>, path: &Path) -> String {
    let file = || path.file_name().unwrap_or_default().to_string_lossy();
    manifest.map_or_else(|| file().into_owned(), str::to_owned)
}

/// A refused file as a listing has it; in the same form as a plugin.
pub(crate) fn refused(name: Option<&str>, path: &Path, state: &str, reason: &str) -> Value {
    serde_json::json!({
        "name": name_of(name, path), "version": null, "generation": null, "state": state,
        "path": path, "reason": reason, "handlers": [], "in_flight": null, "cpu_ms": null,
        "counts": null,
    })
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
    pub(super) fn path(directory: &Path) -> PathBuf {
        directory.join(".trunkline-plugins.json")
    }

    pub(super) fn of<'a>(
        plugins: impl Iterator<Item = &'a PluginStatus>,
        refused_files: impl Iterator<Item = &'a RefusedFile>,
    ) -> Self {
        let loaded = plugins.filter_map(|plugin| serde_json::to_value(plugin).ok());
        let refused = refused_files
            .map(|file| refused(file.name.as_deref(), &file.path, "refused", &file.reason));
        Self {
            plugins: loaded.chain(refused).collect(),
        }
    }

    /// Replaces the file as a whole. A directory that cannot be written to has no listing.
    pub(super) fn write(&self, directory: &Path) {
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
