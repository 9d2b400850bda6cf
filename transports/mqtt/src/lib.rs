//! Trunkline on MQTT 5 and 3.1.1 brokers.
//!
//! ```no_run
//! use trunkline_core::{Binding, Envelope, PublishOptions, RoutingKey, SubscribeOptions, Transport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mqtt = trunkline_mqtt::connect("mqtt://localhost?client_id=billing-1").await?;
//! let calls = Binding::builder().key("calls.#").build()?;
//! let mut subscription = mqtt.subscribe(SubscribeOptions::group("billing", [calls])).await?;
//!
//! let envelope = Envelope::new(RoutingKey::new("calls.created")?, r#"{"id":1}"#);
//! mqtt.publish(envelope, PublishOptions::new()).await?;
//!
//! let delivery = subscription.recv().await.ok_or("the subscription ended")?;
//! delivery.ack().await?;
//! # Ok(())
//! # }
//! ```
//!
#![doc = include_str!("../docs/guide.md")]

mod board;
mod client;
mod config;
mod control;
mod dead;
mod group;
mod inspect;
mod keys;
mod link;
mod publish;
mod registry;
mod sessions;
mod subscription;
mod sync;
mod tls;
mod url;
mod wire;

pub use client::Mqtt;
pub use config::{Address, MqttConfig, MqttVersion, PublishQos, TlsConfig};
pub use inspect::{MqttInspector, inspect};
pub use url::connect;

/// The transport's name in errors, logs and metrics.
pub(crate) const NAME: &str = "mqtt";
