//! How plugins are treated: all of them, and each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use trunkline_core::NamePattern;

use crate::refusal::Refusal;
use crate::signature::TrustedKey;

/// How a host treats its plugins.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostOptions {
    /// How long a file must not have changed before it is read. Default 250 ms. Shorter loads
    /// sooner, and sees more files that are not finished.
    pub settle: Duration,
    /// How often a watched directory is looked at even though no change was reported. Default 2 s;
    /// network file systems report none.
    pub poll: Duration,
    /// Where private copies are made. Default a directory of this process's own beneath the
    /// system's temporary one.
    pub private_dir: Option<PathBuf>,
    /// How long a plugin may take to start. Default 10 s.
    pub start_timeout: Duration,
    /// How long the old generation may take to finish what it has when a new one took its place.
    /// Default 30 s; what is not done then is handed back, and will be tried again.
    pub drain_timeout: Duration,
    /// How long a plugin may take to stop. Default 5 s.
    pub stop_timeout: Duration,
    /// Most generations loaded in this process's life. Default 200. Each keeps its mapping, and
    /// takes one of the process's 1024 thread-local keys.
    pub generations: usize,
    /// Whether only sealed plugins are loaded. Default false.
    pub require_seal: bool,
    /// Whether only plugins whose SHA-256 stands in `plugins.lock` are loaded. Default false.
    pub require_lock: bool,
    /// Whose plugins are loaded: each must have a signature by one of these keys beside it, in
    /// `FILE.so.sig`. Default none, and then no signature is asked for.
    pub trusted_keys: Vec<TrustedKey>,
    /// Whether symbolic links are followed. Default false.
    pub follow_symlinks: bool,
    /// Whether files that others may write to are loaded. Default false.
    pub allow_writable: bool,
    /// Whether a trial process loads each file first, so that one whose loading kills or hangs
    /// does so there. Default true; takes about 3 ms.
    pub trial: bool,
    /// How a plugin without settings of its own is treated.
    pub defaults: PluginSettings,
}

impl HostOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            settle: Duration::from_millis(250),
            poll: Duration::from_secs(2),
            private_dir: None,
            start_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(5),
            generations: 200,
            require_seal: false,
            require_lock: false,
            trusted_keys: Vec::new(),
            follow_symlinks: false,
            allow_writable: false,
            trial: true,
            defaults: PluginSettings::default(),
        }
    }

    /// Sets where private copies are made.
    #[must_use]
    pub fn with_private_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.private_dir = Some(directory.into());
        self
    }

    /// Sets how long a file must not have changed before it is read.
    #[must_use]
    pub fn with_settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }
}

impl Default for HostOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// How one plugin is treated; in a directory, `NAME.toml` beside it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PluginSettings {
    /// Whether it is loaded at all. Default true.
    pub enabled: bool,
    /// The longest a handler may take, in milliseconds. Default 30 000; a manifest may ask for
    /// less.
    pub timeout_ms: u64,
    /// Most events in its hands. Default 64.
    pub concurrency: usize,
    /// Most events that wait for it while it finishes nothing; one more is tried again later, so
    /// that a plugin that is stuck does not hold up the others. Default 64.
    pub queue: usize,
    /// Largest body of an event it is given, and largest content of one it publishes, in bytes.
    /// Default no limit but the transport's. An event that is larger is rejected, and kept as a dead
    /// letter.
    pub max_event_bytes: Option<usize>,
    /// Threads for handlers that may wait. Default 2.
    pub threads: usize,
    /// Most threads that are written off because a handler never returned, before the plugin is
    /// quarantined. Default 2.
    pub lost_threads: usize,
    /// Most panics within `panics_within_s`, before the plugin is quarantined. Default 5.
    pub panics: usize,
    /// The time panics are counted over, in seconds. Default 60.
    pub panics_within_s: u64,
    /// Names of events it may publish, or globs of them. Default what its manifest says; what is
    /// given here is all it may.
    pub publish: Option<Vec<String>>,
    /// Most publishes on their way to the broker. Default 256; one more is refused.
    pub publish_queue: usize,
    /// Most publishes in a second; one more is refused. Default no limit but `publish_queue`.
    pub publish_per_s: Option<u32>,
    /// Most lines it may log in a second. Default 100; what is more is dropped, counted, and told
    /// with the next line.
    pub log_per_s: u32,
    /// The plugin's own configuration.
    pub config: Map<String, Json>,
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            timeout_ms: 30_000,
            concurrency: 64,
            queue: 64,
            max_event_bytes: None,
            threads: 2,
            lost_threads: 2,
            panics: 5,
            panics_within_s: 60,
            publish: None,
            publish_queue: 256,
            publish_per_s: None,
            log_per_s: 100,
            config: Map::new(),
        }
    }
}

impl PluginSettings {
    /// Reads settings from TOML.
    ///
    /// # Errors
    /// [`Refusal::Settings`], naming the key.
    pub fn from_toml(text: &str) -> Result<Self, Refusal> {
        let settings: Self = toml::from_str(text)
            .map_err(|error| Refusal::Settings(error.to_string().trim_end().replace('\n', " ")))?;
        settings.check()
    }

    /// Gives the plugin this configuration.
    #[must_use]
    pub fn with_config(mut self, config: Map<String, Json>) -> Self {
        self.config = config;
        self
    }

    /// The settings in `NAME.toml` beside a plugin's file, or these.
    pub(crate) fn beside(&self, file: &Path, name: &str) -> Result<Self, Refusal> {
        let path = file.with_file_name(format!("{name}.toml"));
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_toml(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(self.clone()),
            Err(error) => Err(Refusal::Settings(format!(
                "{path:?} cannot be read: {error}"
            ))),
        }
    }

    fn check(self) -> Result<Self, Refusal> {
        let numbers = [
            ("timeout_ms", self.timeout_ms),
            ("concurrency", self.concurrency as u64),
            ("max_event_bytes", self.max_event_bytes.unwrap_or(1) as u64),
            ("threads", self.threads as u64),
            ("panics", self.panics as u64),
            ("publish_queue", self.publish_queue as u64),
            ("publish_per_s", self.publish_per_s.unwrap_or(1).into()),
            ("log_per_s", self.log_per_s.into()),
        ];
        for (key, number) in numbers {
            if number == 0 {
                return Err(Refusal::Settings(format!("`{key}` must be 1 or more")));
            }
        }
        self.allowed(&[])?;
        Ok(self)
    }

    /// What it may publish: what is set here, or else what its manifest asks for.
    pub(crate) fn allowed(&self, manifest: &[NamePattern]) -> Result<Vec<NamePattern>, Refusal> {
        let Some(set) = &self.publish else {
            return Ok(manifest.to_vec());
        };
        let read = |text: &String| {
            NamePattern::new(text.clone())
                .map_err(|error| Refusal::Settings(format!("`publish`: \"{text}\": {error}")))
        };
        set.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_the_key_that_is_wrong() {
        let text = |toml: &str| PluginSettings::from_toml(toml).unwrap_err().to_string();
        assert!(
            text("timeout = 5").contains("timeout"),
            "{}",
            text("timeout = 5")
        );
        assert_eq!(text("threads = 0"), "settings: `threads` must be 1 or more");
        assert!(text("publish = [\"\"]").starts_with("settings: `publish`: \"\""));
    }

    #[test]
    fn settings_give_the_plugin_its_configuration() {
        let settings = PluginSettings::from_toml("timeout_ms = 5\n[config]\nfrom = \"a@b.c\"");
        let settings = settings.unwrap();
        assert_eq!(settings.timeout_ms, 5);
        assert_eq!(settings.config["from"], "a@b.c");
    }
}
