//! An async, broker-agnostic event framework: typed events that say whom they are for, services
//! made of async functions, and one set of promises on every broker.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use trunkline::{HandlerError, Publisher, Service, TenantEvent, TenantId};
//!
//! #[derive(Serialize, Deserialize, TenantEvent)]
//! #[event(name = "call_ended", service = "calld", routing_key = "calls.{call_id}.ended")]
//! struct CallEnded { call_id: String, seconds: u32 }
//!
//! #[derive(Serialize, Deserialize, TenantEvent)]
//! #[event(name = "call_billed", service = "billing", routing_key = "billing.{call_id}")]
//! struct CallBilled { call_id: String, cents: u32 }
//!
//! async fn bill(call: CallEnded, tenant: TenantId, out: Publisher) -> Result<(), HandlerError> {
//!     let billed = CallBilled { call_id: call.call_id, cents: call.seconds / 6 };
//!     out.publish(&billed.for_tenant(tenant)).await?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = trunkline::connect("memory:").await?;
//! let billing = Service::builder("billing", bus.clone()).on(bill).build()?.start().await?;
//! let call = CallEnded { call_id: "1700000000.42".into(), seconds: 60 };
//! bus.publisher().publish(&call.for_tenant("acme")).await?;
//! billing.handle().settled(1).await;
//! let report = billing.drain().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Events
//! An event is a type. [`ServiceEvent`], [`TenantEvent`], [`UserEvent`] and [`MultiUserEvent`] say
//! whom it is for, and an event published without its tenant or user does not compile. The derives
//! check the templates of routing key and access string while compiling. Events whose name is only
//! known at run time are [`DynamicEvent`]s.
//!
//! # Services and handlers
//! A [`Service`] has a name, a [`Bus`] and handlers: async functions over what they need of an
//! event ([`FromContext`]). One subscription feeds them all, by name, glob, header or key
//! ([`Binding`]). What fails is tried again ([`RetryPolicy`]) and then kept ([`DeadLetter`]);
//! [`Lanes`] keep order per key; any `tower` layer goes around handlers.
//!
//! # Dialects
//! A [`Dialect`] writes events into [`Envelope`]s and reads them back. The default is
//! Wazo's; [`Plain`] is the smallest, the feature `kazoo` brings Kazoo's, and `cloudevents` that of
//! CloudEvents 1.0.
//!
//! # Testing
//! [`testing::Harness`] runs services on a broker in memory and sees everything.
//!
//! # Features
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `derive` | yes | the derives |
//! | `memory` | yes | the in-memory transport, `memory:` |
//! | `amqp` | | RabbitMQ, `amqp://` and `amqps://` |
//! | `mqtt` | | MQTT 5 and 3.1.1 brokers, `mqtt://` and `mqtts://` |
//! | `wazo` | yes | the Wazo dialect, as the default one |
//! | `catalog` | no | [`catalog`]: the known events and the application's own, as a list and as AsyncAPI |
//! | `cloudevents` | no | the CloudEvents dialect: events as other makers' software writes them |
//! | `kazoo` | no | the Kazoo dialect |
//! | `plugins` | no | [`plugins`]: hosting plugins that come and go while a service runs |
//! | `signal` | no | [`shutdown_signal`]: Ctrl-C and SIGTERM |
//! | `testing` | no | [`testing`] |
//! | `wazo-events` | no | every event of Wazo as a type; `wazo-calld`, … those of one service |
//!
//! # Writing your own transport
//! Implement [`Transport`], [`Source`], [`SubscriptionControl`] and [`Settler`], and run the cases
//! of the crate `trunkline-conformance` against it; [`guide::writing_a_transport`] does it on a page.
//!
//! # The guide
//! [From zero to a service](guide::getting_started) · [concepts](guide::concepts) ·
//! [guarantees](guide::guarantees) · [operating](guide::operating) ·
//! [migrating from `wazo-bus`](guide::migrating)

#[cfg(feature = "catalog")]
pub mod catalog;
mod connect;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "signal")]
mod signal;
#[cfg(feature = "testing")]
pub mod testing;

pub use connect::{connect, connect_transport, inspect};
#[cfg(feature = "signal")]
pub use signal::shutdown_signal;
#[cfg(feature = "amqp")]
pub use trunkline_amqp as amqp;
#[cfg(feature = "cloudevents")]
pub use trunkline_cloudevents as cloudevents;
pub use trunkline_core::*;
#[cfg(feature = "derive")]
pub use trunkline_derive::{MultiUserEvent, ServiceEvent, TenantEvent, UserEvent};
#[cfg(feature = "kazoo")]
pub use trunkline_kazoo as kazoo;
#[cfg(feature = "memory")]
pub use trunkline_memory as memory;
#[cfg(feature = "mqtt")]
pub use trunkline_mqtt as mqtt;
#[cfg(feature = "plugins")]
pub use trunkline_plugin_host as plugins;
#[cfg(feature = "wazo")]
pub use trunkline_wazo as wazo;

/// The dialect [`connect`] speaks: Wazo's.
#[cfg(feature = "wazo")]
pub type DefaultDialect = trunkline_wazo::Wazo;
/// The dialect [`connect`] speaks: [`Plain`], as this build has no other.
#[cfg(not(feature = "wazo"))]
pub type DefaultDialect = Plain;
