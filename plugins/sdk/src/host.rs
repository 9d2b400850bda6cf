//! What the host offers.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use trunkline_core::{HandlerError, Outgoing};
use trunkline_plugin_abi as abi;

use crate::{Result, lend};

/// What the host offers a plugin: configuration, publishing, log, metrics. Cheap to clone, and may
/// be kept and used on any thread; once the plugin has ended, nothing happens any more.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    api: abi::Host,
    /// False once the plugin has ended; held while the table is used.
    open: RwLock<bool>,
    next: AtomicU64,
    awaited: Mutex<HashMap<u64, oneshot::Sender<Confirm>>>,
}

type Confirm = std::result::Result<(), PublishError>;

// SAFETY: the host's functions may be called on any thread, and its context is for them alone.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

/// Why an event was not published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// The plugin may not publish events of this name: neither its `publishes` nor its settings
    /// say so.
    Denied(String),
    /// Too many are on their way; try again later.
    Busy,
    /// It could not be written, or the broker did not take it.
    Failed {
        /// Why.
        message: String,
        /// Whether the same event may succeed later.
        retryable: bool,
    },
    /// The plugin is ending.
    Closed,
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(name) => write!(
                f,
                "the plugin may not publish `{name}`; add it to `publishes [...]`, or to `publish` in its settings"
            ),
            Self::Busy => f.write_str("too many events are on their way to the broker"),
            Self::Failed { message, .. } => write!(f, "the event was not published: {message}"),
            Self::Closed => f.write_str("the plugin is ending"),
        }
    }
}

impl std::error::Error for PublishError {}

impl Host {
    /// Wraps a host's table; `None` if it lacks what every host of this version has.
    pub(crate) fn new(api: &abi::Host) -> Option<Self> {
        let complete = api.size as usize >= size_of::<abi::Host>();
        complete.then(|| {
            Self(Arc::new(Inner {
                api: *api,
                open: RwLock::new(true),
                next: AtomicU64::new(1),
                awaited: Mutex::default(),
            }))
        })
    }

    /// Uses the table, unless the plugin has ended.
    fn with<T>(&self, otherwise: T, what: impl FnOnce(&abi::Host) -> Option<T>) -> T {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return otherwise;
        }
        what(&self.0.api).unwrap_or(otherwise)
    }

    /// The plugin ends: from here on the table is not used.
    pub(crate) fn close(&self) {
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = false;
        self.awaited().clear();
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Confirm>>> {
        self.0
            .awaited
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The plugin's configuration: `[config]` in its settings.
    ///
    /// # Errors
    /// What is missing or wrong in it.
    pub fn config<T: DeserializeOwned>(&self) -> Result<T> {
        let text = self.with("{}", |api| {
            // SAFETY: the host's own function and context; the text lives as long as the table.
            api.config
                .map(|config| unsafe { config(api.ctx).to_text() })
        });
        serde_json::from_str(text).map_err(|error| {
            // Where it is in the host's JSON says nothing to whoever wrote TOML.
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            HandlerError::reject(format!(
                "configuration: {text}; it is `[config]` in the plugin's .toml file"
            ))
        })
    }

    /// Logs a line at one of the levels of the interface, on behalf of an event or of none.
    pub(crate) fn log(&self, token: u64, level: u32, target: &str, text: &str) {
        let (target, text) = (abi::Bytes::text(target), abi::Bytes::text(text));
        self.with((), |api| {
            // SAFETY: the host's own function and context; the text lives during the call.
            api.log
                .map(|log| unsafe { log(api.ctx, token, level, target, text) })
        });
    }

    /// The most talkative level that the host logs.
    #[cfg_attr(
        not(any(feature = "tracing", feature = "log")),
        expect(dead_code, reason = "asked by the bridges alone")
    )]
    pub(crate) fn log_level(&self) -> u32 {
        self.with(abi::LOG_OFF, |api| {
            // SAFETY: the host's own function and context.
            api.log_level.map(|level| unsafe { level(api.ctx) })
        })
    }

    /// Adds to a counter of the plugin's own.
    pub fn count(&self, name: &str, more: u64) {
        self.metric(abi::METRIC_COUNTER, name, more as f64);
    }

    /// Sets a gauge of the plugin's own.
    pub fn gauge(&self, name: &str, value: f64) {
        self.metric(abi::METRIC_GAUGE, name, value);
    }

    /// Records a value in a histogram of the plugin's own.
    pub fn histogram(&self, name: &str, value: f64) {
        self.metric(abi::METRIC_HISTOGRAM, name, value);
    }

    fn metric(&self, kind: u32, name: &str, value: f64) {
        let name = abi::Bytes::text(name);
        self.with((), |api| {
            // SAFETY: the host's own function and context; the name lives during the call.
            api.metric
                .map(|metric| unsafe { metric(api.ctx, kind, name, value) })
        });
    }

    /// Publishes an event that no other led to. Returns once the broker owns it.
    ///
    /// Dropping the future does not take the event back.
    ///
    /// # Errors
    /// [`PublishError`].
    pub async fn publish(&self, event: &impl Outgoing) -> Confirm {
        self.publish_for(0, event).await
    }

    pub(crate) async fn publish_for(&self, token: u64, event: &impl Outgoing) -> Confirm {
        let confirmed = self.begin(token, event)?;
        confirmed.await.unwrap_or(Err(PublishError::Closed))
    }

    pub(crate) fn publish_blocking_for(&self, token: u64, event: &impl Outgoing) -> Confirm {
        let confirmed = self.begin(token, event)?;
        confirmed
            .blocking_recv()
            .unwrap_or(Err(PublishError::Closed))
    }

    pub(crate) fn send_for(&self, token: u64, event: &impl Outgoing) -> Confirm {
        self.hand_over(token, event, 0)
    }

    fn begin(
        &self,
        token: u64,
        event: &impl Outgoing,
    ) -> std::result::Result<oneshot::Receiver<Confirm>, PublishError> {
        let op = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (confirm, confirmed) = oneshot::channel();
        // First: the answer may be here before the question has returned.
        self.awaited().insert(op, confirm);
        let handed = self.hand_over(token, event, op);
        if handed.is_err() {
            self.awaited().remove(&op);
        }
        handed.map(|()| confirmed)
    }

    fn hand_over(&self, token: u64, event: &dyn Outgoing, op: u64) -> Confirm {
        let lent = lend::Publication::new(event).map_err(|message| PublishError::Failed {
            message,
            retryable: false,
        })?;
        let status = self.with(abi::CANCELLED, |api| {
            let publish = api.publish?;
            let view = lent.view();
            // SAFETY: the host's own function and context; what is lent lives during the call.
            Some(unsafe { publish(api.ctx, token, &view, op) })
        });
        match status {
            abi::OK => Ok(()),
            abi::DENIED => Err(PublishError::Denied(
                event.event_definition().name.to_string(),
            )),
            abi::LIMIT => Err(PublishError::Busy),
            abi::CANCELLED => Err(PublishError::Closed),
            _ => Err(PublishError::Failed {
                message: "the host cannot write it; its log says why".into(),
                retryable: false,
            }),
        }
    }

    /// The broker has taken what was published, or has not.
    pub(crate) fn confirmed(&self, op: u64, status: i32, message: &str) {
        let Some(confirm) = self.awaited().remove(&op) else {
            return;
        };
        let outcome = match status {
            abi::OK => Ok(()),
            status => Err(PublishError::Failed {
                message: message.to_owned(),
                retryable: status == abi::RETRY,
            }),
        };
        // Whoever asked may be gone.
        let _ = confirm.send(outcome);
    }

    pub(crate) fn complete(&self, token: u64, reply: &abi::Reply) {
        self.with((), |api| {
            // SAFETY: the host's own function and context; the reply lives during the call.
            api.complete
                .map(|complete| unsafe { complete(api.ctx, token, reply) })
        });
    }

    pub(crate) fn raw_content(&self, token: u64, out: &mut abi::Bytes) -> i32 {
        self.with(abi::FAILED, |api| {
            // SAFETY: the host's own function and context, and a place for what it says.
            api.content
                .map(|content| unsafe { content(api.ctx, token, out) })
        })
    }

    pub(crate) fn raw_audience(&self, token: u64, out: &mut abi::Audience) -> i32 {
        self.with(abi::FAILED, |api| {
            // SAFETY: the host's own function and context, and a place for what it says.
            api.audience
                .map(|audience| unsafe { audience(api.ctx, token, out) })
        })
    }

    pub(crate) fn raw_cancelled(&self, token: u64) -> bool {
        self.with(1, |api| {
            // SAFETY: the host's own function and context.
            api.cancelled
                .map(|cancelled| unsafe { cancelled(api.ctx, token) })
        }) != 0
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}
