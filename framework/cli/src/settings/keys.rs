//! The keys there are, and the form each accepts.

use std::num::NonZeroU16;
use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::dialects::DialectName;

/// One key of the configuration.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name in the file; in capitals after `TRUNKLINE_` in the environment.
    pub(super) name: &'static str,
    /// What it is if nobody says.
    pub(super) default: &'static str,
    /// What it is about.
    pub(super) is: &'static str,
    /// What it may be.
    pub(super) form: Form,
}

/// What a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The address of a broker.
    Url,
    /// The address of an HTTP API, or none.
    Api,
    /// One of the dialects.
    Dialect,
    /// A level, or levels by module; empty leaves it to the command.
    Log,
    /// True or false.
    Flag,
    /// Any text, or none.
    Text,
    /// A time with its unit.
    Duration,
    /// A number from 1.
    Count,
}

const fn key(name: &'static str, default: &'static str, is: &'static str, form: Form) -> Key {
    Key {
        name,
        default,
        is,
        form,
    }
}

/// The keys, in the order they are shown.
#[rustfmt::skip] // A table.
pub(super) static KEYS: [Key; 20] = [
    key("transport", "memory:", "where events travel; `memory:` is this process alone", Form::Url),
    key("dialect", DialectName::DEFAULT.as_str(), "how events are written", Form::Dialect),
    key("log", "", "what is logged to standard error; by default warnings, or errors alone where the command tells of failures itself", Form::Log),
    key("json", "false", "one JSON object a line on standard output, and nothing else there", Form::Flag),
    key("quiet", "false", "nothing but the result", Form::Flag),
    key("service_uuid", "", "the Wazo stack that `publish` speaks for (`origin_uuid`); the `source` of CloudEvents", Form::Text),
    key("publish_timeout", "30s", "longest wait for the broker's word on an event", Form::Duration),
    key("drain_timeout", "30s", "time running handlers get when a service ends", Form::Duration),
    key("prefetch", "64", "most unsettled deliveries in hand; more is faster, and more comes back after a crash; with plugins at least four times what one may hold", Form::Count),
    key("plugin_require_seal", "false", "whether plugins that are not sealed are refused", Form::Flag),
    key("plugin_require_lock", "false", "whether plugins whose SHA-256 is not in `plugins.lock` beside them are refused", Form::Flag),
    key("plugin_trusted_keys", "", "a file of Ed25519 public keys (PEM); with it only plugins are loaded that one of them has signed, in `FILE.so.sig`", Form::Text),
    key("plugin_follow_symlinks", "false", "whether plugins may be symbolic links", Form::Flag),
    key("plugin_strict", "false", "whether one plugin that is refused at the start ends `run`, with exit code 4", Form::Flag),
    key("plugin_private_dir", "", "where a plugin is copied to before it is loaded; by default a directory of the process's own among the temporary ones", Form::Text),
    key("plugin_concurrency", "64", "most events in a plugin's hands, unless `NAME.toml` beside it says otherwise", Form::Count),
    key("plugin_timeout", "30s", "longest a plugin's handler may take, unless `NAME.toml` says otherwise", Form::Duration),
    key("plugin_panics", "5", "panics within a minute before a plugin is quarantined, unless `NAME.toml` says otherwise", Form::Count),
    key("plugin_generations", "200", "most versions of plugins loaded in the process's life; each keeps its mapping", Form::Count),
    key("management", "", "RabbitMQ's management API, by which `topology` compares bindings too", Form::Api),
];

impl Form {
    /// What is wrong with a value, and what is accepted.
    pub(super) fn check(self, value: &str) -> Result<(), (String, &'static str)> {
        let fits = match self {
            Self::Url => value.contains(':'),
            Self::Api => value.is_empty() || value.contains("://"),
            Self::Dialect => {
                return value
                    .parse::<DialectName>()
                    .map(drop)
                    .map_err(|error| (error.to_string(), DialectName::FORM));
            }
            Self::Log => value.is_empty() || is_log(value),
            Self::Flag => matches!(value, "true" | "false"),
            Self::Text => true,
            Self::Duration => parse_duration(value).is_ok(),
            Self::Count => value.parse::<NonZeroU16>().is_ok(),
        };
        if fits {
            return Ok(());
        }
        // A malformed URL may still hold a password: it is named, never shown.
        let problem = match self {
            Self::Url | Self::Api => "is not a URL".to_owned(),
            _ => format!("`{value}` does not fit"),
        };
        Err((problem, self.words()))
    }

    /// The accepted form, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Url => {
                "write a transport's URL, such as `memory:` or `amqp://user:password@host/vhost`"
            }
            Self::Api => "write `http://user:password@host:15672`, `https:` too, or leave it empty",
            Self::Dialect => DialectName::FORM,
            Self::Log => {
                "write `off`, `error`, `warn`, `info`, `debug` or `trace`, \
                 or levels by module: `warn,trunkline_core=debug`"
            }
            Self::Flag => "write `true` or `false`",
            Self::Text => "write text",
            Self::Duration => "write a number with its unit, such as `500ms`, `30s` or `2m`",
            Self::Count => "write a number from 1 to 65535",
        }
    }
}

/// Module names cannot be told from misspelt levels, so a bare word must be a level.
fn is_log(value: &str) -> bool {
    // An empty level parses, as the quietest.
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    let fits = |part: &str| match part.split_once('=') {
        Some((module, level)) => !module.is_empty() && is_level(level),
        None => is_level(part),
    };
    value.split(',').all(fits) && value.parse::<Targets>().is_ok()
}

/// Reads a time with its unit, such as `500ms` or `2m`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text).map_err(|_| Form::Duration.words())
}
