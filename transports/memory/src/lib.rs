//! Trunkline's in-memory transport: the reference for every other, and the broker of unit tests.
//!
//! It speaks the same keys, bindings, groups, redelivery, expiry, delays and dead letters as a
//! broker does, keeps every bound, and follows Tokio's clock, so that a paused clock runs through
//! a day of retries at once.
//!
//! ```
//! use trunkline_core::{Binding, Envelope, PublishOptions, RoutingKey, SubscribeOptions, Transport};
//! use trunkline_memory::MemoryBroker;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let memory = MemoryBroker::new().connect();
//! let calls = Binding::builder().key("calls.#").build()?;
//! let mut subscription = memory.subscribe(SubscribeOptions::group("billing", [calls])).await?;
//!
//! let envelope = Envelope::new(RoutingKey::new("calls.created")?, r#"{"id":1}"#);
//! memory.publish(envelope, PublishOptions::new()).await?;
//!
//! let delivery = subscription.recv().await.ok_or("the subscription ended")?;
//! assert_eq!(delivery.envelope().body().as_ref(), br#"{"id":1}"#);
//! delivery.ack().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Faults
//! [`MemoryBroker`] can be stopped and started, cut links, lose a confirm, double an event or
//! block publishers, so that a test can show what a service makes of it.

mod broker;
mod client;
mod config;
mod dead;
mod inspect;
mod link;
mod publish;
mod queue;
mod source;
mod sync;
mod url;

pub use broker::{MemoryBroker, MemoryStats};
pub use client::Memory;
pub use config::MemoryConfig;
pub use inspect::{MemoryInspector, inspect};
pub use url::connect;

/// The transport's name in errors, logs and metrics.
pub(crate) const NAME: &str = "memory";
