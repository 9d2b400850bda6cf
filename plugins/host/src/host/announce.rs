//! What happens to plugins, as events.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::{mpsc, oneshot};
use trunkline_core::{Bus, DynamicEvent, EventId};

use super::Inner;
use crate::refusal::LoadError;
use crate::status::PluginStatus;

/// Most events that wait for the broker; what is more is dropped, with a warning.
const MOST: usize = 256;
/// Longest wait, when the host closes, for what is not published yet.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Publishes what happens, in order, on a task of its own: a broker that does not answer holds up no
/// plugin.
pub(super) struct Announcer {
    /// Whether Wazo's own events are spoken here.
    wazo: bool,
    queue: mpsc::Sender<Word>,
}

enum Word {
    Event(&'static str, Box<DynamicEvent>),
    /// All that was said before is published.
    Flush(oneshot::Sender<()>),
}

impl Announcer {
    /// # Panics
    /// Outside a Tokio runtime.
    pub(super) fn new(bus: Bus) -> Self {
        let (queue, words) = mpsc::channel(MOST);
        let wazo = bus.dialect().name() == "wazo";
        tokio::spawn(publish(bus, words));
        Self { wazo, queue }
    }

    fn say(&self, name: &'static str, key: &'static str, content: &Json) {
        let event = DynamicEvent::service(name, key).map(|event| event.with_content(content));
        let Ok(Ok(event)) = event else {
            debug_assert!(
                false,
                "the keys are templates of ours, the contents objects"
            );
            return;
        };
        if self
            .queue
            .try_send(Word::Event(name, Box::new(event)))
            .is_err()
        {
            tracing::warn!(
                event = name,
                "not published: {MOST} others wait for the broker"
            );
        }
    }

    /// Waits until all is published, or for a few seconds.
    pub(super) async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        let flush = async {
            if self.queue.send(Word::Flush(done)).await.is_ok() {
                let _ = flushed.await;
            }
        };
        if tokio::time::timeout(LAST_WORDS, flush).await.is_err() {
            tracing::warn!("the broker took not all that was to be said of plugins");
        }
    }
}

async fn publish(bus: Bus, mut words: mpsc::Receiver<Word>) {
    while let Some(word) = words.recv().await {
        match word {
            Word::Event(name, event) => {
                if let Err(error) = bus.publisher().publish(&*event).await {
                    tracing::warn!(%error, event = name, "could not be published");
                }
            }
            Word::Flush(done) => drop(done.send(())),
        }
    }
}

impl Inner {
    /// Publishes what happened to a plugin: an event for services, named and keyed alike, such as
    /// `plugin.activated`.
    pub(super) fn announce(&self, what: &'static str, plugin: &PluginStatus, reason: Option<&str>) {
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
        self.announcer.say(what, what, &content);
    }

    pub(super) fn announce_refusal(&self, error: &LoadError) {
        let reason = error.reason.to_string();
        let content = json!({ "path": error.path, "reason": reason });
        self.announcer
            .say("plugin.rejected", "plugin.rejected", &content);
    }
}

/// How far an install or a removal has come, where Wazo's dialect is spoken: in the events that
/// Wazo's own plugin service has, with one `uuid` for all steps of one.
///
/// Of that service's steps these have a meaning here: `starting`, `validating` (a trial process
/// loads it), `installing` (it starts and takes its place), `removing`, `completed` and `error`. A
/// file that is here needs no `downloading`, `extracting`, `building` or `packaging`.
pub(super) struct Progress {
    uuid: String,
    name: &'static str,
    key: &'static str,
}

impl Progress {
    pub(super) fn install() -> Self {
        Self {
            uuid: EventId::generate().to_string(),
            name: "plugin_install_progress",
            key: "plugin.install.{uuid}.{status}",
        }
    }

    pub(super) fn uninstall() -> Self {
        Self {
            name: "plugin_uninstall_progress",
            key: "plugin.uninstall.{uuid}.{status}",
            ..Self::install()
        }
    }

    pub(super) fn step(&self, host: &Inner, status: &'static str) {
        self.tell(host, status, &Json::Null);
    }

    pub(super) fn error(&self, host: &Inner, error: &LoadError) {
        let errors = json!({
            "error_id": "plugin-rejected",
            "message": error.to_string(),
            "resource": "plugins",
            "details": { "path": error.path },
        });
        self.tell(host, "error", &errors);
    }

    fn tell(&self, host: &Inner, status: &'static str, errors: &Json) {
        if host.announcer.wazo {
            let content = json!({ "uuid": self.uuid, "status": status, "errors": errors });
            host.announcer.say(self.name, self.key, &content);
        }
    }
}
