//! Configuration: defaults, below a TOML file, below `PBX_…` in the environment.

use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Store, StoreError};

/// What can be configured, the same for each service. It has no `Debug`: the URL may hold a
/// password.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_debug_implementations, reason = "the URL may hold a password")]
pub struct Config {
    /// The broker, as a URL; `{service}` in it stands for the service's name. Default `memory:`, which is
    /// this process alone.
    pub transport: String,
    /// The directory of what the services remember. By default they forget it when they end.
    pub state: Option<PathBuf>,
    /// The directory of the plugins that plugind hosts. Default `plugins`.
    pub plugins: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            transport: "memory:".to_owned(),
            state: None,
            plugins: "plugins".into(),
        }
    }
}

impl Config {
    /// Reads the file, if one is given, and the environment.
    ///
    /// # Errors
    /// Names the key or the file that is at fault.
    pub fn load(file: Option<String>) -> Result<Self, Box<figment::Error>> {
        let layers = file.map_or_else(Figment::new, |file| {
            Figment::new().merge(Toml::file_exact(file))
        });
        let layers = layers.merge(Env::prefixed("PBX_"));
        layers.extract().map_err(Box::new)
    }

    /// The broker, for one service.
    pub fn transport_of(&self, service: &str) -> String {
        self.transport.replace("{service}", service)
    }

    /// What a service remembers.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn store_of<V>(&self, service: &str) -> Result<Store<V>, StoreError>
    where
        V: Clone + serde::Serialize + DeserializeOwned,
    {
        let Some(directory) = &self.state else {
            return Ok(Store::memory());
        };
        std::fs::create_dir_all(directory)?;
        Store::open(&directory.join(service))
    }
}
