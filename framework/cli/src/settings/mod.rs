//! Settings: defaults, below a file, below the environment, below options.

mod keys;
mod layers;
mod plugins;
mod secret;

use std::num::NonZeroU16;
use std::time::Duration;

use tracing_subscriber::filter::Targets;
use trunkline::plugins::HostOptions;

pub(crate) use keys::parse_duration;
use keys::{Form, KEYS};
pub(crate) use layers::Given;
pub(crate) use plugins::PluginOptions;
use plugins::TRUSTED_KEYS;
pub(crate) use secret::masked_url;

use crate::dialects::DialectName;
use crate::failure::Failure;

/// What the program was told, whoever told it.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where events travel.
    pub(crate) transport: String,
    /// How events are written.
    pub(crate) dialect: DialectName,
    /// What is logged; `None` leaves it to the command.
    pub(crate) log: Option<Targets>,
    /// Whether output is for programs.
    pub(crate) json: bool,
    /// Whether nothing but the result is printed.
    pub(crate) quiet: bool,
    /// The Wazo stack events are published as.
    pub(crate) service_uuid: Option<String>,
    /// Longest wait for the broker's word on a publish.
    pub(crate) publish_timeout: Duration,
    /// Time running handlers get when a service drains.
    pub(crate) drain_timeout: Duration,
    /// Most unsettled deliveries in hand.
    pub(crate) prefetch: NonZeroU16,
    /// RabbitMQ's management API, if there is one to ask.
    pub(crate) management: Option<String>,
    /// How plugins are treated.
    pub(crate) plugins: HostOptions,
    /// Whether one plugin that is refused at the start ends the program.
    pub(crate) plugin_strict: bool,
    /// What was passed over, to be told once there is a log.
    pub(crate) warnings: Vec<String>,
    /// All of it as `config show` prints it.
    pub(crate) shown: Vec<Shown>,
}

/// One setting, ready to be shown: no secret is left in its value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Shown {
    /// The key.
    pub(crate) key: &'static str,
    /// Its value, masked.
    pub(crate) value: String,
    /// Who said so.
    pub(crate) origin: String,
}

/// What there is to be said about one key, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Explained {
    /// The key, as it stands in the file.
    pub(crate) key: &'static str,
    /// The key in the environment.
    pub(crate) environment: String,
    /// Its value if nobody says.
    pub(crate) default: &'static str,
    /// What it is about.
    pub(crate) is: &'static str,
    /// What it may be.
    pub(crate) form: &'static str,
}

/// Every key there is.
pub(crate) fn reference() -> impl Iterator<Item = Explained> {
    KEYS.iter().map(|key| Explained {
        key: key.name,
        environment: layers::variable(key.name),
        default: key.default,
        is: key.is,
        form: key.form.words(),
    })
}

impl Settings {
    /// Where a key's value comes from, for errors about it.
    pub(crate) fn place(&self, key: &str) -> String {
        let shown = self.shown.iter().find(|shown| shown.key == key);
        layers::place(key, shown.map_or("default", |shown| &shown.origin))
    }

    /// Puts the layers together and checks every value.
    pub(crate) fn load(given: &Given) -> Result<Self, Failure> {
        let (found, warnings) = layers::read(given)?;
        let of = |name: &str| {
            let at = KEYS.iter().position(|key| key.name == name);
            at.map_or("", |at| found[at].value.as_str())
        };
        let shown = KEYS.iter().zip(&found).map(|(key, found)| Shown {
            key: key.name,
            value: match key.form {
                Form::Url | Form::Api => masked_url(&found.value),
                _ => found.value.clone(),
            },
            origin: found.origin.clone(),
        });
        let plugins = plugins::options(of).map_err(|problem| {
            let at = KEYS.iter().position(|key| key.name == TRUSTED_KEYS);
            let origin = at.map_or("default", |at| &found[at].origin);
            Failure::bad_value(layers::place(TRUSTED_KEYS, origin), problem)
        })?;
        // Every value has passed its key's check, so none of these defaults is ever taken.
        Ok(Self {
            transport: of("transport").to_owned(),
            dialect: of("dialect")
                .parse()
                .unwrap_or(DialectName::DEFAULT)
                .on(of("transport")),
            log: Some(of("log"))
                .filter(|log| !log.is_empty())
                .and_then(|log| log.parse().ok()),
            json: of("json") == "true",
            quiet: of("quiet") == "true",
            service_uuid: Some(of("service_uuid"))
                .filter(|id| !id.is_empty())
                .map(Into::into),
            publish_timeout: parse_duration(of("publish_timeout")).unwrap_or_default(),
            drain_timeout: parse_duration(of("drain_timeout")).unwrap_or_default(),
            prefetch: of("prefetch").parse().unwrap_or(NonZeroU16::MIN),
            management: Some(of("management"))
                .filter(|url| !url.is_empty())
                .map(Into::into),
            plugins,
            plugin_strict: of("plugin_strict") == "true",
            warnings,
            shown: shown.collect(),
        })
    }
}
