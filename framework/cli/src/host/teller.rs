//! What happens to plugins, told as it happens.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::oneshot;
use trunkline::Bus;
use trunkline::plugins::{PluginHost, PluginState, PluginStatus, RefusedFile};

use super::Account;
use super::listing::{Listing, name_of};
use super::plugins::{NAME, reach};
use crate::output::{Output, OutputError, Tone, say};

/// How often what changed is told, and the listing written.
const TURN: Duration = Duration::from_millis(200);

/// Tells what changes, and keeps the listing.
pub(super) struct Teller {
    host: PluginHost,
    bus: Bus,
    account: Arc<Account>,
    output: Output,
    directory: PathBuf,
    plugins: BTreeMap<String, PluginStatus>,
    refused: BTreeMap<PathBuf, RefusedFile>,
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
    name: String,
    path: &'a Path,
    reason: &'a str,
}

impl Teller {
    pub(super) fn new(
        host: &PluginHost,
        bus: &Bus,
        account: &Arc<Account>,
        output: &Output,
        directory: &Path,
    ) -> Self {
        Self {
            host: host.clone(),
            bus: bus.clone(),
            account: Arc::clone(account),
            output: output.clone(),
            directory: directory.to_owned(),
            plugins: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// Tells until it is stopped.
    pub(super) async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
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

    /// Tells what is not as it was told last.
    pub(super) fn tell(&mut self) -> Result<(), OutputError> {
        let plugins = self.host.plugins().into_iter();
        let plugins: BTreeMap<String, PluginStatus> = plugins
            .map(|plugin| (plugin.name.clone(), plugin))
            .collect();
        for (name, plugin) in &plugins {
            let as_told = |told: &PluginStatus| {
                (told.generation, &told.state) == (plugin.generation, &plugin.state)
            };
            if !self.plugins.get(name).is_some_and(as_told) {
                self.tell_plugin(plugin, "")?;
            }
        }
        for (name, plugin) in &self.plugins {
            if !plugins.contains_key(name) {
                let mut plugin = plugin.clone();
                plugin.state = PluginState::Retired;
                let why = why_gone(&plugin);
                self.tell_plugin(&plugin, why)?;
            }
        }
        let refused = self.host.refused().into_iter();
        let refused: BTreeMap<PathBuf, RefusedFile> =
            refused.map(|file| (file.path.clone(), file)).collect();
        for (path, file) in &refused {
            if self.refused.get(path) != Some(file) {
                self.tell_refused(file)?;
            }
        }
        Listing::of(plugins.values(), refused.values()).write(&self.directory);
        (self.plugins, self.refused) = (plugins, refused);
        self.account.add(NAME, reach(&self.bus, &self.host));
        Ok(())
    }

    fn tell_plugin(&self, plugin: &PluginStatus, why: &str) -> Result<(), OutputError> {
        let output = &self.output;
        let step = "plugin";
        output.json(&PluginStep { step, plugin })?;
        let tone = match plugin.state {
            PluginState::Active => Tone::Good,
            PluginState::Quarantined(_) => Tone::Bad,
            _ => Tone::Strong,
        };
        let word = output.paint().tone(tone, plugin.state.as_str());
        output.text(format!(
            "plugin {} {} (generation {}) is {word}{why}",
            plugin.name, plugin.version, plugin.generation
        ))?;
        output.flush()
    }

    fn tell_refused(&self, file: &RefusedFile) -> Result<(), OutputError> {
        let (path, reason) = (&file.path, &file.reason);
        self.output.json(&RefusedStep {
            step: "plugin_refused",
            name: name_of(file.name.as_deref(), path),
            path,
            reason,
        })?;
        self.output.flush()?;
        say(&format!("plugin {path:?}: {reason}"));
        Ok(())
    }
}

/// Why a plugin went away.
fn why_gone(plugin: &PluginStatus) -> &'static str {
    match &plugin.path {
        Some(path) if path.exists() => ": its settings switch it off",
        _ => ": its file is gone",
    }
}
