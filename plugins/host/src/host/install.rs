//! Putting a version in place, and taking it away.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use tokio::sync::mpsc;
use tokio::time::Instant;
use trunkline_core::HandlerId;

use super::announce::Progress;
use super::bind::release;
use super::{Inner, measure};
use crate::file::Seen;
use crate::generation::{Alarm, Blueprint, Generation};
use crate::manifest::Manifest;
use crate::native::Code;
use crate::options::PluginSettings;
use crate::plugin::Plugin;
use crate::refusal::Refusal;
use crate::status::PluginState;
use crate::sync::lock;

/// A version about to be put in place.
pub(super) struct New {
    pub(super) number: u64,
    pub(super) manifest: Manifest,
    pub(super) settings: PluginSettings,
    pub(super) code: Code,
    pub(super) path: Option<PathBuf>,
    pub(super) seen: Option<Seen>,
}

impl Inner {
    /// Starts a version, gives it the plugin's events, and lets the one before finish.
    pub(super) async fn install(self: &Arc<Self>, new: New) -> Result<Arc<Plugin>, Refusal> {
        if !new.settings.enabled {
            return Err(Refusal::Disabled);
        }
        let name = new.manifest.name.clone();
        self.warn_of_share(&name, &new.settings);
        let known = lock(&self.plugins).get(&name).cloned();
        let plugin = known.unwrap_or_else(|| Arc::new(Plugin::new(&name, &new.settings)));
        let generation = Generation::new(Blueprint {
            number: new.number,
            manifest: new.manifest,
            settings: new.settings,
            bus: self.service.bus().clone(),
            counters: Arc::clone(&plugin.counters),
            alarm: self.alarm.clone(),
            linked: matches!(new.code, Code::Linked(_)),
        })?;
        if let Err(reason) = generation.start(new.code, self.options.start_timeout).await {
            generation.give_up();
            return Err(reason);
        }
        let old = match self.put_in_place(&plugin, generation).await {
            Ok(old) => old,
            Err(reason) => {
                self.retire(&plugin, generation);
                return Err(reason);
            }
        };
        {
            let mut about = lock(&plugin.about);
            about.version.clone_from(&generation.manifest.version);
            about.generation = generation.number;
            about.path = new.path;
            about.seen = new.seen;
        }
        self.set_state(&plugin, PluginState::Active);
        lock(&self.plugins).insert(name, Arc::clone(&plugin));
        let what = if old.is_some() {
            "plugin.reloaded"
        } else {
            "plugin.activated"
        };
        self.announce(what, &plugin.status(), None);
        if let Some(old) = old {
            self.retire(&plugin, old);
        }
        Ok(plugin)
    }

    /// A plugin that is stuck may hold all that the service takes in hand: then all are stuck.
    fn warn_of_share(&self, plugin: &str, settings: &PluginSettings) {
        let prefetch = self.service.prefetch();
        if settings.concurrency.saturating_add(settings.queue) >= prefetch {
            tracing::warn!(
                plugin,
                prefetch,
                "if it is stuck, its `concurrency` and `queue` are all that is taken in hand: others \
                 stand still with it; set them lower, or `prefetch` higher"
            );
        }
    }

    /// Lets a version end, in the background.
    fn retire(self: &Arc<Self>, plugin: &Arc<Plugin>, old: &'static Generation) {
        let (inner, plugin) = (Arc::clone(self), Arc::clone(plugin));
        tokio::spawn(async move {
            inner.end(&plugin, old).await;
        });
    }

    async fn end(&self, plugin: &Plugin, old: &'static Generation) {
        let options = &self.options;
        let handed_back = old
            .retire(options.drain_timeout, options.stop_timeout)
            .await;
        plugin.counters.handed_back.add(handed_back as u64);
        plugin.counters.retired.add(1);
        measure::show(plugin);
        let mut status = plugin.status();
        status.generation = old.number;
        status.version.clone_from(&old.manifest.version);
        status.state = PluginState::Retired;
        self.announce("plugin.retired", &status, None);
    }

    /// Lets a plugin go; false if there is none of this name. The broker is waited for until then and
    /// no longer.
    pub(super) async fn remove(self: &Arc<Self>, name: &str, until: Instant) -> bool {
        // Listed until it is gone.
        let Some(plugin) = lock(&self.plugins).get(name).cloned() else {
            return false;
        };
        self.set_state(&plugin, PluginState::Draining);
        self.announce("plugin.draining", &plugin.status(), None);
        let progress = Progress::uninstall();
        progress.step(self, "removing");
        let ids: Vec<HandlerId> = {
            let mut about = lock(&plugin.about);
            about
                .routes
                .iter_mut()
                .filter_map(|route| route.id.take())
                .collect()
        };
        for id in ids {
            release(name, until, self.service.remove(id)).await;
        }
        let old = plugin.switch(None);
        if let Some(old) = old {
            self.end(&plugin, old).await;
        }
        self.set_state(&plugin, PluginState::Retired);
        lock(&self.plugins).remove(name);
        if old.is_none() {
            self.announce("plugin.retired", &plugin.status(), None);
        }
        progress.step(self, "completed");
        true
    }

    /// Takes a plugin's events away: they are tried again, and then kept as dead letters.
    async fn quarantine(self: &Arc<Self>, alarm: Alarm) {
        let plugins: Vec<_> = lock(&self.plugins).values().cloned().collect();
        let is_current = |plugin: &Arc<Plugin>| {
            let current = plugin.current();
            current.is_some_and(|current| current.number == alarm.generation)
        };
        let Some(plugin) = plugins.into_iter().find(is_current) else {
            return;
        };
        tracing::error!(plugin = plugin.name, reason = alarm.reason, "quarantined");
        self.set_state(&plugin, PluginState::Quarantined(alarm.reason.clone()));
        let old = plugin.switch(None);
        self.announce("plugin.quarantined", &plugin.status(), Some(&alarm.reason));
        if let Some(old) = old {
            self.retire(&plugin, old);
        }
    }
}

/// Quarantines plugins that too much went wrong in, while the host lives.
pub(super) async fn hear_alarms(host: Weak<Inner>, mut alarms: mpsc::Receiver<Alarm>) {
    while let Some(alarm) = alarms.recv().await {
        let Some(host) = host.upgrade() else { return };
        let _one = host.changes.lock().await;
        host.quarantine(alarm).await;
    }
}
