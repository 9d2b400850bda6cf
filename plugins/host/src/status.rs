//! Plugins as listings show them.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::counters::PluginCounts;
use crate::plugin::{Plugin, handler_name};
use crate::sync::lock;

/// What becomes of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "reason")]
#[non_exhaustive]
pub enum PluginState {
    /// It gets events.
    Active,
    /// It finishes what it has, and gets nothing more.
    Draining,
    /// Too much went wrong: its events are tried again and then kept as dead letters.
    Quarantined(String),
    /// It is done and gone.
    Retired,
}

impl PluginState {
    /// The state's word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draining => "draining",
            Self::Quarantined(_) => "quarantined",
            Self::Retired => "retired",
        }
    }
}

/// A plugin, as a listing shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// The version that is loaded.
    pub version: String,
    /// The number of that version among all that were loaded in this process.
    pub generation: u64,
    /// Its state.
    #[serde(flatten)]
    pub state: PluginState,
    /// Its file; `None` if it is linked into the program.
    pub path: Option<PathBuf>,
    /// Its handlers, as the service names them.
    pub handlers: Vec<String>,
    /// Events in its hands, over all its versions: those that nobody waits for any more are among
    /// them until it lets go of them.
    pub in_flight: usize,
    /// Processor time that the threads of its pool have used, over all its versions, in milliseconds;
    /// `None` if it never had one. What handlers use that are called inline, or that work on threads
    /// of the plugin's own making, as asynchronous ones do, is not known apart from the rest of the
    /// process.
    pub cpu_ms: Option<u64>,
    /// What was counted.
    pub counts: PluginCounts,
}

impl Plugin {
    pub(crate) fn status(&self) -> PluginStatus {
        let about = lock(&self.about);
        let routes = about.routes.iter().filter(|route| route.id.is_some());
        PluginStatus {
            name: self.name.clone(),
            version: about.version.clone(),
            generation: about.generation,
            state: lock(&self.state).clone(),
            path: about.path.clone(),
            handlers: routes
                .map(|route| handler_name(&self.name, &route.handler))
                .collect(),
            in_flight: self.in_flight(),
            cpu_ms: self.counters.cpu.used().map(whole_milliseconds),
            counts: self.counters.numbers(),
        }
    }
}

fn whole_milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
