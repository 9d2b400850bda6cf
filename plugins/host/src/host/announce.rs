//! What happens to plugins, as events.

use serde_json::{Value as Json, json};
use trunkline_core::{DynamicEvent, EventId};

use super::Inner;
use crate::plugin::PluginStatus;
use crate::refusal::LoadError;

impl Inner {
    /// Publishes what happened to a plugin: an event for services, named and keyed alike, such as
    /// `plugin.activated`.
    pub(super) async fn announce(
        &self,
        what: &'static str,
        plugin: &PluginStatus,
        reason: Option<&str>,
    ) {
        let state = plugin.state.as_str();
        tracing::info!(
            plugin = plugin.name,
            version = plugin.version,
            generation = plugin.generation,
            state,
            "{what}"
        );
        let content = json!({
            "plugin": plugin.name,
            "version": plugin.version,
            "generation": plugin.generation,
            "state": state,
            "path": plugin.path,
            "handlers": plugin.handlers,
            "reason": reason,
        });
        self.publish(what, what, &content).await;
        if matches!(what, "plugin.activated" | "plugin.reloaded") {
            self.announce_progress("install", "completed", Json::Null)
                .await;
        }
    }

    pub(super) async fn announce_refusal(&self, error: &LoadError) {
        let reason = error.reason.to_string();
        let content = json!({ "path": error.path, "reason": reason });
        self.publish("plugin.rejected", "plugin.rejected", &content)
            .await;
        let errors = json!({
            "error_id": "plugin-rejected",
            "message": error.to_string(),
            "resource": "plugins",
            "details": { "path": error.path },
        });
        self.announce_progress("install", "error", errors).await;
    }

    pub(super) async fn announce_removal(&self) {
        self.announce_progress("uninstall", "completed", Json::Null)
            .await;
    }

    /// Where Wazo's dialect is spoken, in the events Wazo's own plugin service has.
    async fn announce_progress(&self, kind: &'static str, status: &'static str, errors: Json) {
        if self.service.bus().dialect().name() != "wazo" {
            return;
        }
        let uuid = EventId::generate().to_string();
        let content = json!({ "uuid": uuid, "status": status, "errors": errors });
        let (name, key) = match kind {
            "install" => ("plugin_install_progress", "plugin.install.{uuid}.{status}"),
            _ => (
                "plugin_uninstall_progress",
                "plugin.uninstall.{uuid}.{status}",
            ),
        };
        self.publish(name, key, &content).await;
    }

    async fn publish(&self, name: &'static str, key: &'static str, content: &Json) {
        let event = DynamicEvent::service(name, key).map(|event| event.with_content(content));
        let Ok(Ok(event)) = event else {
            debug_assert!(
                false,
                "the keys above are templates, and the contents objects"
            );
            return;
        };
        if let Err(error) = self.service.bus().publisher().publish(&event).await {
            tracing::warn!(%error, event = name, "could not be published");
        }
    }
}
