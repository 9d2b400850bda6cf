//! What RabbitMQ's management API lists of a virtual host.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trunkline::amqp::AmqpConfig;

use super::http::{Http, segment};
use crate::failure::Failure;
use crate::settings::Settings;

/// RabbitMQ's management API.
pub(super) struct Management {
    http: Http,
    vhost: String,
}

/// All of a virtual host's exchanges, queues and bindings.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) exchanges: Vec<Thing>,
    pub(super) queues: Vec<Thing>,
    pub(super) bindings: Vec<Binding>,
}

/// An exchange or a queue.
#[derive(Debug, Deserialize)]
pub(super) struct Thing {
    pub(super) name: String,
    /// Of an exchange how it matches; of a queue how it is kept.
    #[serde(rename = "type", default)]
    kind: String,
    durable: bool,
    auto_delete: bool,
    #[serde(default)]
    arguments: Map<String, Value>,
}

/// What of an exchange goes on.
#[derive(Debug, Deserialize)]
pub(super) struct Binding {
    pub(super) source: String,
    pub(super) destination: String,
    destination_type: String,
    routing_key: String,
    #[serde(default)]
    arguments: Map<String, Value>,
}

impl Thing {
    /// Its settings, as a plan has them.
    pub(super) fn settings(&self, is_exchange: bool) -> Map<String, Value> {
        let mut settings = Map::new();
        if is_exchange {
            settings.insert("type".into(), json!(self.kind));
        } else {
            settings.insert("arguments".into(), Value::Object(self.arguments.clone()));
        }
        settings.insert("durable".into(), json!(self.durable));
        settings.insert("auto_delete".into(), json!(self.auto_delete));
        settings
    }
}

impl Binding {
    /// Its settings, as a plan has them.
    pub(super) fn settings(&self) -> Map<String, Value> {
        let settings = [
            ("source", json!(self.source)),
            ("destination_type", json!(self.destination_type)),
            ("routing_key", json!(self.routing_key)),
            ("arguments", Value::Object(self.arguments.clone())),
        ];
        settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Management {
    /// The API the settings name, if they do.
    pub(super) fn of(settings: &Settings, transport: &str) -> Result<Option<Self>, Failure> {
        let Some(url) = &settings.management else {
            return Ok(None);
        };
        let place = settings.place("management");
        if transport != "amqp" {
            return Err(Failure::usage(
                place,
                format!("`{transport}` has no management API"),
                "leave it out, or name a RabbitMQ with --transport",
            ));
        }
        let http = Http::new(url, &place)?;
        let vhost = AmqpConfig::parse(&settings.transport)?.vhost;
        Ok(Some(Self { http, vhost }))
    }

    /// Lists it all.
    pub(super) async fn list(self) -> Result<Listed, Failure> {
        let listing = tokio::task::spawn_blocking(move || {
            let vhost = segment(&self.vhost);
            Ok::<_, Failure>(Listed {
                exchanges: self.http.get(&format!("/api/exchanges/{vhost}"))?,
                queues: self.http.get(&format!("/api/queues/{vhost}"))?,
                bindings: self.http.get(&format!("/api/bindings/{vhost}"))?,
            })
        });
        listing
            .await
            .map_err(|error| Failure::running("the listing has failed").caused_by(error))?
    }
}
