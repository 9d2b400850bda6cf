//! `plugind`: hosts plugins. What lies in its directory works, from when it is put there until it is
//! taken away, and a newer build takes the place of the one that is there.

use std::path::Path;

use trunkline::plugins::{HostOptions, PluginHost, Watching};
use trunkline::{Bus, RunningService, ServiceBuilder};

/// The service, as the program starts it and as the tests do. It has no handlers but its plugins'.
pub fn service(bus: Bus) -> ServiceBuilder {
    PluginHost::service("plugind", bus)
}

/// The plugins of a running service.
#[derive(Debug)]
pub struct Plugins {
    /// Who hosts them.
    pub host: PluginHost,
    watching: Watching,
}

impl Plugins {
    /// Loads what is in a directory, and follows what becomes of it. A file that is refused is logged
    /// with the reason, and the others work.
    ///
    /// # Errors
    /// That the directory cannot be read.
    pub async fn of(service: &RunningService, directory: &Path) -> std::io::Result<Self> {
        let host = PluginHost::new(service.handle(), HostOptions::new());
        for (_, loaded) in host.load_directory(directory).await? {
            match loaded {
                Ok(plugin) => tracing::info!(plugin.name, plugin.version, "active"),
                Err(refused) => tracing::warn!("{refused}"),
            }
        }
        let watching = host.watch(directory);
        Ok(Self { host, watching })
    }

    /// Lets them go, once their service takes nothing more.
    pub async fn close(self) {
        self.host.stop_loading();
        self.watching.stop().await;
        self.host.close().await;
    }
}
