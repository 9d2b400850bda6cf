//! What is shown of plugins to whoever collects metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use metrics::gauge;

use super::Inner;
use crate::plugin::Plugin;
use crate::status::PluginState;
use crate::sync::lock;

/// How often what changes with every event is shown: collectors come every few seconds at most, and
/// a gauge of its own kept for each event would cost a good part of what the event does.
const TURN: Duration = Duration::from_secs(1);

impl Inner {
    /// Puts a plugin into a state, and shows it.
    pub(crate) fn set_state(&self, plugin: &Plugin, state: PluginState) {
        let is_active = state == PluginState::Active;
        *lock(&plugin.state) = state;
        let generation = lock(&plugin.about).generation;
        let name = || plugin.name.clone();
        gauge!("trunkline_plugin_active", "plugin" => name()).set(u32::from(is_active));
        gauge!("trunkline_plugin_generation", "plugin" => name()).set(generation as f64);
        show(plugin);
    }
}

/// Shows what a plugin has in its hands, and what it has used of the processor.
pub(super) fn show(plugin: &Plugin) {
    let name = || plugin.name.clone();
    gauge!("trunkline_plugin_in_flight", "plugin" => name()).set(plugin.in_flight() as f64);
    if let Some(used) = plugin.counters.cpu.used() {
        gauge!("trunkline_plugin_cpu_seconds", "plugin" => name()).set(used.as_secs_f64());
    }
}

/// Shows it of every plugin, now and then, while the host lives; also of those that were let go, while
/// they have events in their hands.
pub(super) async fn keep_showing(host: Weak<Inner>) {
    let mut shown: BTreeMap<String, Arc<Plugin>> = BTreeMap::new();
    loop {
        tokio::time::sleep(TURN).await;
        let Some(host) = host.upgrade() else { return };
        shown.extend(lock(&host.plugins).clone());
        shown.values().for_each(|plugin| show(plugin));
        shown.retain(|_, plugin| plugin.in_flight() > 0);
    }
}
