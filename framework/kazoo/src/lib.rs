//! Trunkline's Kazoo dialect: events as the applications of 2600Hz Kazoo write and read them.
//!
//! ```
//! use trunkline_core::{Bus, HandlerError, Service, TenantEvent, TenantId};
//! use trunkline_kazoo::{Kazoo, events::ChannelDestroy};
//!
//! async fn bill(call: ChannelDestroy, account: TenantId) -> Result<(), HandlerError> {
//!     println!("{account}: {:?} for {:?}", call.call_id(), call.billed());
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = std::sync::Arc::new(trunkline_memory::connect("memory:")?);
//! let bus = Bus::new(transport, Kazoo::new("billing", "1.0"));
//! let billing = Service::builder("billing", bus.clone()).on(bill).build()?.start().await?;
//! let ended = ChannelDestroy::new("leg-1").with("Billing-Seconds", 31);
//! bus.publisher().publish(&ended.for_tenant("4b31dd1d32ce6d249897c06332375d65")).await?;
//! billing.handle().settled(1).await;
//! # billing.drain().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # On the wire
//! - **A message** is one flat JSON object with keys such as `Event-Name`; see [`Message`].
//! - **The routing key** of a call event is `call.EVENT.CALL-ID`, the id [encoded](encode_word). The
//!   account is not in it: no binding keeps accounts apart, so what reads must. Services do, by
//!   [tenant](trunkline_core::Audience).
//! - **Exchanges** are topic exchanges that keep nothing, one for each [family](Family).
//! - **Times** count seconds [from the year 0](unix_seconds).
//!
//! What Kazoo's own parts get wrong is not copied: a `*` in a routing key is a word and no wildcard,
//! an event that several bindings want comes once, and ids are encoded in keys and patterns alike.
//!
//! Older servers' frames are read by [`read_legacy_event`].

mod account;
mod body;
mod build;
mod describe;
mod dialect;
mod error;
pub mod events;
mod family;
mod legacy;
mod message;
mod time;
mod vectors;
mod vocabulary;
mod word;

pub use account::{account_database, month_database};
pub use body::MAX_UNPACKED;
pub use build::{AmqpHeaders, Published};
pub use describe::Described;
pub use dialect::Kazoo;
pub use error::KazooError;
pub use family::{CallKey, Family, call_key, document_pattern};
pub use legacy::{LegacyEvent, read_legacy_event};
pub use message::{MAX_DEPTH, Message};
pub use time::{gregorian_seconds, rfc3339, unix_seconds};
#[doc(no_inline)]
pub use trunkline_core::DecodeError;
pub use vectors::answer_vector;
pub use word::{decode_word, encode_word};

/// The dialect's name in configuration and errors.
pub(crate) const DIALECT: &str = "kazoo";
