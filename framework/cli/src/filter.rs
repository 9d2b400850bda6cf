//! Which events are wanted.

use std::str::FromStr;

use clap::Args;
use trunkline::{
    Binding, Capabilities, Dialect, Envelope, HeaderCondition, HeaderError, HeaderTest, KeyPattern,
    NamePattern, Value,
};

use crate::failure::Failure;

/// Which events are wanted: all of what is asked for must hold; of several values of one option,
/// one must.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which events")]
pub(crate) struct Filter {
    /// Events of this name, or whose name matches: call_*
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<NamePattern>,

    /// Events whose routing key matches: `*` is one word, `#` any number
    #[arg(long = "key", value_name = "PATTERN")]
    keys: Vec<KeyPattern>,

    /// Events with this header; the value is read as JSON, else as text. All of several must hold
    #[arg(long = "header", value_name = "K=V")]
    headers: Vec<HeaderPair>,

    /// Events of this tenant
    #[arg(long = "tenant", value_name = "UUID")]
    tenants: Vec<String>,

    /// Events that name this user
    #[arg(long = "user", value_name = "UUID")]
    users: Vec<String>,
}

/// `K=V`, as `--header` takes it.
#[derive(Debug, Clone)]
pub(crate) struct HeaderPair {
    /// The header's name.
    pub(crate) name: String,
    /// Its value, as JSON.
    pub(crate) json: serde_json::Value,
    value: Value,
}

impl FromStr for HeaderPair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err("write `NAME=VALUE`".to_owned());
        };
        let json = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        let value = Value::try_from(&json).map_err(|error: HeaderError| error.to_string())?;
        Ok(Self {
            name: name.to_owned(),
            json,
            value,
        })
    }
}

impl Filter {
    /// What the broker is asked for: a narrow binding, never too narrow. What it lets through
    /// beside is left out [here](Self::wants).
    pub(crate) fn bindings(
        &self,
        dialect: &dyn Dialect,
        can: &Capabilities,
    ) -> Result<Vec<Binding>, Failure> {
        if !self.names.is_empty() && self.names.iter().all(NamePattern::is_exact) {
            let by_name = self
                .names
                .iter()
                .map(|name| dialect.binding_for(name.as_str()));
            return Ok(by_name.collect());
        }
        let fault = |error| {
            Failure::usage(
                "option `--header`",
                error,
                "ask for headers an event can have",
            )
        };
        let mut builder = Binding::builder().keys(self.keys.iter().cloned());
        if can.header_match && !self.headers.is_empty() {
            let tests = self.headers.iter().map(|pair| match pair.value {
                // What is null cannot be asked for, only that it is there.
                Value::Null => HeaderTest::present(&pair.name),
                _ => HeaderTest::equals(&pair.name, pair.value.clone()),
            });
            builder = builder.headers(HeaderCondition::all(tests).map_err(fault)?);
        } else if self.keys.is_empty() {
            return Ok(vec![Binding::everything()]);
        }
        Ok(vec![builder.build().map_err(fault)?])
    }

    /// Whether nothing was asked for, so that every event is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
            && self.keys.is_empty()
            && self.headers.is_empty()
            && self.tenants.is_empty()
            && self.users.is_empty()
    }

    /// Whether an event is wanted.
    pub(crate) fn wants(&self, dialect: &dyn Dialect, envelope: &Envelope) -> bool {
        self.wants_key(envelope)
            && self.wants_headers(envelope)
            && self.wants_name(dialect, envelope)
            && self.wants_audience(dialect, envelope)
    }

    fn wants_name(&self, dialect: &dyn Dialect, envelope: &Envelope) -> bool {
        let name = || dialect.event_name(envelope);
        self.names.is_empty()
            || name().is_some_and(|name| self.names.iter().any(|wanted| wanted.matches(&name)))
    }

    fn wants_key(&self, envelope: &Envelope) -> bool {
        let key = envelope.routing_key().as_str();
        self.keys.is_empty() || self.keys.iter().any(|wanted| wanted.matches(key))
    }

    fn wants_headers(&self, envelope: &Envelope) -> bool {
        let has =
            |pair: &HeaderPair| envelope.headers().get(&pair.name) == Some(pair.value.as_ref());
        self.headers.iter().all(has)
    }

    fn wants_audience(&self, dialect: &dyn Dialect, envelope: &Envelope) -> bool {
        if self.tenants.is_empty() && self.users.is_empty() {
            return true;
        }
        let Ok(audience) = dialect.audience(envelope) else {
            return false;
        };
        let tenant = audience.tenant().map(|tenant| tenant.as_str());
        let is_tenant = |wanted: &String| tenant == Some(wanted.as_str());
        let is_user = |wanted: &String| {
            audience
                .named_users()
                .iter()
                .any(|user| user == wanted.as_str())
        };
        (self.tenants.is_empty() || self.tenants.iter().any(is_tenant))
            && (self.users.is_empty() || self.users.iter().any(is_user))
    }
}
