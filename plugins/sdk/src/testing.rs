//! Testing a plugin: through its C interface, on a broker in memory, without loading anything.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value as Json;
use trunkline::testing::Harness as Services;
use trunkline_core::RetryPolicy;
use trunkline_plugin_host::{HostOptions, PluginHost, PluginStatus};

use crate::Plugin;

/// Runs a plugin in a service of its own, and sees everything: what is published, what its handlers
/// did, what became a dead letter. What fails is tried twice more, after 5 and 10 ms. All that `trunkline::testing::Harness` offers is here too.
///
/// # Examples
/// ```no_run
/// # use serde_json::json;
/// # use trunkline_plugin::{DynamicEvent, Plugin, Result, testing::Harness};
/// # async fn example<Welcome: Plugin>() -> Result {
/// let harness = Harness::<Welcome>::start(json!({ "from": "hi@example.com" })).await;
/// let user = DynamicEvent::tenant("user_created", "users.created", "acme")?
///     .with_content(&json!({ "email": "ada@example.com" }))?;
/// harness.publish(&user).await;
/// assert_eq!(harness.published_names(), ["user_created", "mail_wanted"]);
/// # Ok(())
/// # }
/// ```
pub struct Harness<P> {
    services: Services,
    host: PluginHost,
    plugin: std::marker::PhantomData<fn(P)>,
}

impl<P: Plugin> Harness<P> {
    /// Starts the plugin with this configuration.
    ///
    /// # Panics
    /// If it does not start, with what it said.
    pub async fn start(config: impl Serialize) -> Self {
        match Self::try_start(config).await {
            Ok(harness) => harness,
            Err(error) => panic!("{error}"),
        }
    }

    /// Starts the plugin with this configuration.
    ///
    /// # Errors
    /// What it said, if it does not start.
    ///
    /// # Panics
    /// If the configuration is not a JSON object.
    pub async fn try_start(config: impl Serialize) -> Result<Self, String> {
        let config = match serde_json::to_value(config) {
            Ok(Json::Object(config)) => config,
            Ok(Json::Null) => serde_json::Map::new(),
            other => panic!("a configuration is a JSON object, not {other:?}"),
        };
        let services = Services::memory();
        // Its threads live on the real clock: retries come soon, so that tests need not wait.
        let retries = RetryPolicy::ladder([5, 10].map(Duration::from_millis));
        let service = PluginHost::service("plugins", services.bus()).retry(retries);
        let handle = services.start(service).await;
        let host = PluginHost::new(handle, HostOptions::new());
        let (meta, manifest) = P::meta();
        let loaded = host.load_linked(meta, manifest, P::ENTRY, config).await;
        loaded.map_err(|error| error.reason.to_string())?;
        Ok(Self {
            services,
            host,
            plugin: std::marker::PhantomData,
        })
    }

    /// The plugin, as a listing shows it: its state and its counters.
    ///
    /// # Panics
    /// After [`end`](Self::end), as it is gone.
    pub fn plugin(&self) -> PluginStatus {
        let mut plugins = self.host.plugins().into_iter();
        plugins
            .next()
            .expect("the harness has one plugin until it ends")
    }

    /// The names of what the plugin published, in order: not what the test did, nor what the host
    /// says of the plugin.
    pub fn published_by_plugin(&self) -> Vec<String> {
        let dialect = self.services.bus();
        let caused = |envelope: &trunkline_core::Envelope| {
            let properties = envelope.properties();
            let name = dialect.dialect().event_name(envelope)?.into_owned();
            properties.causation_id().is_some().then_some(name)
        };
        self.services
            .envelopes()
            .iter()
            .filter_map(caused)
            .collect()
    }

    /// Ends the plugin as a host does: it finishes what it has, and is dropped.
    pub async fn end(self) {
        self.services.drain().await;
        self.host.close().await;
    }
}

impl<P: Plugin> fmt::Debug for Harness<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("plugin", &P::NAME)
            .finish_non_exhaustive()
    }
}

impl<P> Deref for Harness<P> {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}
