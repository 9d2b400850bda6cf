//! How plugins are treated: the settings, and the options that `run` has for them.

use std::path::{Path, PathBuf};

use clap::Args;
use trunkline::plugins::{HostOptions, TrustedKey};

use super::parse_duration;
use crate::failure::chain;

/// The heading of options about plugins.
const PLUGINS: &str = "Options for plugins";

/// Options about plugins, each a setting too.
#[derive(Debug, Args)]
pub(crate) struct PluginOptions {
    /// Refuses plugins that are not sealed
    #[arg(long, requires = "plugins", help_heading = PLUGINS)]
    plugin_require_seal: bool,

    /// Refuses plugins whose SHA-256 is not in `plugins.lock` beside them
    #[arg(long, requires = "plugins", help_heading = PLUGINS)]
    plugin_require_lock: bool,

    /// Refuses plugins that none of the Ed25519 public keys in FILE (PEM) has signed, in `FILE.so.sig`
    /// beside them
    #[arg(long, requires = "plugins", help_heading = PLUGINS, value_name = "FILE")]
    plugin_trusted_keys: Option<PathBuf>,

    /// Loads plugins that are symbolic links too
    #[arg(long, requires = "plugins", help_heading = PLUGINS)]
    plugin_follow_symlinks: bool,

    /// Does not start if one plugin is refused: exit code 4
    #[arg(long, requires = "plugins", help_heading = PLUGINS)]
    plugin_strict: bool,

    /// Copies plugins into DIR before they are loaded
    #[arg(long, requires = "plugins", help_heading = PLUGINS, value_name = "DIR")]
    plugin_private_dir: Option<PathBuf>,

    /// Most events in a plugin's hands
    #[arg(long, requires = "plugins", help_heading = PLUGINS, value_name = "N")]
    plugin_concurrency: Option<String>,

    /// Longest a plugin's handler may take, such as `30s`
    #[arg(long, requires = "plugins", help_heading = PLUGINS, value_name = "DURATION")]
    plugin_timeout: Option<String>,

    /// Panics within a minute before a plugin is quarantined
    #[arg(long, requires = "plugins", help_heading = PLUGINS, value_name = "N")]
    plugin_panics: Option<String>,
}

impl PluginOptions {
    /// What was said of settings.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, String)> {
        let flag = |set: bool| set.then(|| "true".to_owned());
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let said = [
            ("plugin_require_seal", flag(self.plugin_require_seal)),
            ("plugin_require_lock", flag(self.plugin_require_lock)),
            ("plugin_trusted_keys", path(&self.plugin_trusted_keys)),
            ("plugin_follow_symlinks", flag(self.plugin_follow_symlinks)),
            ("plugin_strict", flag(self.plugin_strict)),
            ("plugin_private_dir", path(&self.plugin_private_dir)),
            ("plugin_concurrency", self.plugin_concurrency.clone()),
            ("plugin_timeout", self.plugin_timeout.clone()),
            ("plugin_panics", self.plugin_panics.clone()),
        ];
        said.into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
    }
}

/// The key whose value is a file that is read here.
pub(super) const TRUSTED_KEYS: &str = "plugin_trusted_keys";

/// Puts the settings together; every value has passed its key's check, but for the file of
/// [`TRUSTED_KEYS`]: what is wrong with that is the error.
pub(super) fn options<'a>(of: impl Fn(&str) -> &'a str) -> Result<HostOptions, String> {
    let mut options = HostOptions::new();
    let keys = of(TRUSTED_KEYS);
    if !keys.is_empty() {
        let read = TrustedKey::read(Path::new(keys));
        options.trusted_keys = read.map_err(|error| chain(&error))?;
    }
    options.follow_symlinks = of("plugin_follow_symlinks") == "true";
    options.require_seal = of("plugin_require_seal") == "true";
    options.require_lock = of("plugin_require_lock") == "true";
    options.private_dir = Some(of("plugin_private_dir"))
        .filter(|directory| !directory.is_empty())
        .map(PathBuf::from);
    let timeout = parse_duration(of("plugin_timeout")).unwrap_or_default();
    let timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
    let number = |key: &str| of(key).parse().unwrap_or(1);
    options.generations = number("plugin_generations");
    options.drain_timeout = parse_duration(of("drain_timeout")).unwrap_or_default();
    let defaults = &mut options.defaults;
    defaults.timeout_ms = timeout.max(1);
    defaults.concurrency = number("plugin_concurrency");
    defaults.panics = number("plugin_panics");
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::super::keys::KEYS;
    use super::*;

    #[test]
    fn what_nobody_sets_is_as_the_host_has_it() {
        let default = |name: &str| {
            let mut keys = KEYS.iter();
            keys.find(|key| key.name == name).unwrap().default
        };
        let (ours, theirs) = (options(default).unwrap(), HostOptions::new());
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    }
}
