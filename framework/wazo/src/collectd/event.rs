//! One statistic, and the message that carries it.

use trunkline_core::{Envelope, Headers, Properties, RoutingKey};

use super::duration::rounded;
use crate::line::{LineError, LineProblem};

/// Seconds between two values of a statistic (wazo-bus, `wazo_bus/collectd/common.py`).
const INTERVAL: u32 = 10;
/// Stands for an application whose name has no letter or digit.
const UNKNOWN: &str = "<unknown>";

/// A statistic as wazo-calld sends it to collectd: text, and no event of the Wazo dialect.
///
/// The message goes to the exchange `collectd`, which is topic and not durable: connect with
/// `?exchange=collectd`.
///
/// # Examples
/// ```
/// use trunkline_wazo::CollectdEvent;
///
/// let started = CollectdEvent::call_started("switchboard", Some("main"));
/// let envelope = started.envelope("6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c")?;
/// assert_eq!(envelope.routing_key().as_str(), "collectd.calls");
/// assert_eq!(
///     envelope.body(),
///     "PUTVAL 6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c/calls-switchboard.main/counter-start \
///      interval=10 N:1"
/// );
/// # Ok::<(), trunkline_wazo::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CollectdEvent {
    /// What is counted: `calls`, `channels`.
    pub plugin: String,
    /// Which of them; empty leaves it out of the line.
    pub plugin_instance: String,
    /// The kind of value: `counter`, `gauge`.
    pub kind: String,
    /// What of it: `start`, `duration`.
    pub kind_instance: String,
    /// Seconds between two values. Default 10.
    pub interval: u32,
    /// When. Default now.
    pub time: CollectdTime,
    /// The values; at least one.
    pub values: Vec<String>,
}

/// The time of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CollectdTime {
    /// When collectd reads it.
    #[default]
    Now,
    /// Seconds since 1970.
    At(i64),
}

impl CollectdTime {
    /// Seconds since 1970, of which 0 counts as not given.
    pub fn at(seconds: i64) -> Self {
        match seconds {
            0 => Self::Now,
            seconds => Self::At(seconds),
        }
    }
}

impl CollectdEvent {
    /// A value of any plugin.
    pub fn new(
        [plugin, plugin_instance]: [&str; 2],
        [kind, kind_instance]: [&str; 2],
        values: Vec<String>,
    ) -> Self {
        Self {
            plugin: plugin.to_owned(),
            plugin_instance: plugin_instance.to_owned(),
            kind: kind.to_owned(),
            kind_instance: kind_instance.to_owned(),
            interval: INTERVAL,
            time: CollectdTime::Now,
            values,
        }
    }

    /// `collectd_call_started`: a call entered an application.
    pub fn call_started(application: &str, id: Option<&str>) -> Self {
        Self::call("start", application, id)
    }

    /// `collectd_call_connected`: a call was answered.
    pub fn call_connected(application: &str, id: Option<&str>) -> Self {
        Self::call("connect", application, id)
    }

    /// `collectd_call_ended`: a call left the application.
    pub fn call_ended(application: &str, id: Option<&str>) -> Self {
        Self::call("end", application, id)
    }

    /// `collectd_call_abandoned`: a caller gave up.
    pub fn call_abandoned(application: &str, id: Option<&str>) -> Self {
        Self::call("abandoned", application, id)
    }

    /// `collectd_call_duration`: how long a call was, in seconds, rounded to a millisecond.
    ///
    /// `None` for a number that is not finite.
    pub fn call_duration(application: &str, id: Option<&str>, seconds: f64) -> Option<Self> {
        let seconds = serde_json::Number::from_f64(seconds)?.to_string();
        Self::call_duration_json(application, id, &seconds)
    }

    pub(super) fn call_duration_json(
        application: &str,
        id: Option<&str>,
        seconds: &str,
    ) -> Option<Self> {
        let mut event = Self::call("duration", application, id);
        event.kind = "gauge".to_owned();
        event.values = vec![rounded(seconds)?];
        Some(event)
    }

    /// `collectd_channel_created`.
    pub fn channel_created() -> Self {
        Self::channel("created")
    }

    /// `collectd_channel_ended`.
    pub fn channel_ended() -> Self {
        Self::channel("ended")
    }

    /// Sets the time of the value.
    #[must_use]
    pub fn with_time(mut self, time: CollectdTime) -> Self {
        self.time = time;
        self
    }

    pub(super) fn call(what: &str, application: &str, id: Option<&str>) -> Self {
        let instance = match id {
            Some(id) => [kept(application), kept(id)].join("."),
            None => kept(application),
        };
        Self::new(["calls", &instance], ["counter", what], vec!["1".into()])
    }

    fn channel(what: &str) -> Self {
        Self::new(["channels", "global"], ["counter", what], vec!["1".into()])
    }

    /// The key the value is published with.
    pub fn routing_key(&self) -> String {
        ["collectd.", &self.plugin].concat()
    }

    /// The line collectd reads.
    ///
    /// # Errors
    /// [`LineError`], naming what is missing, or holds blanks, which end a word of the line.
    pub fn line(&self, service_uuid: &str) -> Result<String, LineError> {
        self.check(service_uuid)?;
        let Self {
            plugin,
            plugin_instance,
            kind,
            kind_instance,
            interval,
            ..
        } = self;
        let dash = if plugin_instance.is_empty() { "" } else { "-" };
        let time = match self.time {
            CollectdTime::Now => "N".to_owned(),
            CollectdTime::At(seconds) => seconds.to_string(),
        };
        let values = self.values.join(":");
        Ok(format!(
            "PUTVAL {service_uuid}/{plugin}{dash}{plugin_instance}/{kind}-{kind_instance} \
             interval={interval} {time}:{values}"
        ))
    }

    fn check(&self, service_uuid: &str) -> Result<(), LineError> {
        let needed = [
            ("service_uuid", service_uuid),
            ("plugin", &self.plugin),
            ("type", &self.kind),
            ("type_instance", &self.kind_instance),
            ("values", self.values.first().map_or("", String::as_str)),
        ];
        for (field, text) in needed {
            if text.is_empty() {
                return Err(LineError::new(field, LineProblem::Missing));
            }
        }
        let instance = [("plugin_instance", &*self.plugin_instance)];
        let values = self.values.iter().map(|value| ("values", &**value));
        for (field, text) in needed.into_iter().chain(instance).chain(values) {
            if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                let problem = LineProblem::Kind {
                    found: "a word with blanks",
                    wanted: "a word without",
                };
                return Err(LineError::new(field, problem));
            }
        }
        Ok(())
    }

    /// The message that carries the value.
    ///
    /// # Errors
    /// As [`line`](Self::line), and when the plugin's name cannot stand in a routing key.
    pub fn envelope(&self, service_uuid: &str) -> Result<Envelope, LineError> {
        let line = self.line(service_uuid)?;
        let key = RoutingKey::verbatim(self.routing_key())
            .map_err(|error| LineError::new("plugin", LineProblem::RoutingKey(error)))?;
        let mut properties = Properties::fresh();
        properties.set_content_type(Some("text/collectd"));
        properties.set_content_encoding(Some("utf-8"));
        properties.set_priority(Some(0));
        Ok(Envelope::from_parts(key, Headers::new(), properties, line))
    }
}

/// What may stand in a plugin's instance: ASCII letters, digits and `-`.
fn kept(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    if kept.is_empty() {
        UNKNOWN.to_owned()
    } else {
        kept
    }
}
