//! Configuration: defaults, below a TOML file, below `PBX_…` in the environment.

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

/// What can be configured, the same for each service. It has no `Debug`: the URL may hold a
/// password.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_debug_implementations, reason = "the URL may hold a password")]
pub struct Config {
    /// The broker, as a URL. Default `memory:`, which is this process alone.
    pub transport: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            transport: "memory:".to_owned(),
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
}
