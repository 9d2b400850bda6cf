//! Trunkline's CloudEvents dialect: events as [CloudEvents 1.0](https://cloudevents.io), which other
//! makers' software writes and reads.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use trunkline_cloudevents::CloudEvents;
//! use trunkline_core::{Bus, DynamicEvent, EventName, Service};
//!
//! async fn note(name: EventName) {
//!     println!("{name} came");
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = std::sync::Arc::new(trunkline_memory::connect("memory:")?);
//! let bus = Bus::new(transport, CloudEvents::new("https://pbx.example.com/doors")?);
//! let service = Service::builder("notes", bus.clone()).on_name("com.example.*", note);
//! let service = service.build()?.start().await?;
//! let opened = DynamicEvent::tenant("com.example.door.opened", "doors.{door}", "acme")?
//!     .with_content(&serde_json::json!({"door": "front"}))?;
//! bus.publisher().publish(&opened).await?;
//! service.handle().settled(1).await;
//! # service.drain().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # On the wire
//! - **`type`** is the event's name, **`source`** the dialect's, **`id`** and **`time`** those of the
//!   envelope, **`data`** the content.
//! - **The audience** is in extension attributes: `audience` (`tenant`, `user` or `multi_user`),
//!   `tenant`, `user`, and `users`, escaped as [segments](trunkline_core::escape_segment) of a
//!   path. An event without them is for services alone; one of another maker's that has a `tenant`
//!   belongs to that tenant.
//! - **Fields that are headers** are extension attributes too, in lower case and without what is
//!   neither letter nor digit: `call_id` is `callid`. All of them are in `data` as well. A field
//!   called `subject` or `dataschema` is that attribute.
//! - **Binary mode**, the default: each attribute is a header, the body is the data, and
//!   `datacontenttype` is the content type. **Structured mode**: the body has all of it, as JSON.
//!   [Both are read](CloudEvents::read), whichever is written.
//!
//! # Names of headers
//! The protocols name them differently, and a dialect does not know which transport will carry what
//! it writes, so [it is told](CloudEvents::with_prefix); what is read may have any of them.
//!
//! | protocol | `type` is the header | |
//! | --- | --- | --- |
//! | AMQP (CloudEvents AMQP binding §3.1.3.1) | `cloudEvents_type` | [`Prefix::Underscore`], the default: what newer receivers prefer |
//! | AMQP, to receivers of version 1.0.2 and older | `cloudEvents:type` | [`Prefix::Colon`] |
//! | AMQP 0-9-1, as Knative's RabbitMQ binding has it | `ce-type` | [`Prefix::RabbitMq`] |
//! | MQTT 5 (CloudEvents MQTT binding §3.1.3.1) | `type` | [`Prefix::Bare`] |
//!
//! Neither binding escapes what headers say: it is UTF-8 as it is. MQTT 3.1.1 has no headers: events
//! of others come in structured mode alone (§1.3), and are read. What `trunkline-mqtt` publishes with
//! that version has an envelope of its own before the body, which other makers' clients do not know.
//!
//! # What is refused
//! A batch, formats other than JSON, other versions than 1.0, events without what each must have,
//! and what contradicts itself: each is an error of its own ([`CloudEventsError`]), counted in
//! `trunkline_unreadable_total` with its reason.

mod attributes;
mod audience;
mod dialect;
mod error;
mod event;
mod media;
mod read;
mod time;
mod write;

pub use dialect::{CloudEvents, Mode, Prefix};
pub use error::CloudEventsError;
pub use event::{CloudEvent, EventData};
#[doc(no_inline)]
pub use trunkline_core::{DecodeError, EncodeError};

/// The dialect's name in configuration and errors.
pub(crate) const DIALECT: &str = "cloudevents";
