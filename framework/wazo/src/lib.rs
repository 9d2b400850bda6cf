//! Trunkline's Wazo dialect: events as the services of a Wazo platform write and read them.
//!
//! A service that speaks [`Wazo`] can join a running stack: what it publishes, the stack's services
//! and clients understand, and the other way round.
//!
//! ```
//! use trunkline_core::{Dialect, DynamicEvent, EventView, PublishExtras};
//! use trunkline_wazo::{LocalTime, Wazo};
//!
//! let noon: LocalTime = "2026-02-03T12:00:00".parse()?;
//! let wazo = Wazo::new().with_clock(move || noon);
//! let event = DynamicEvent::tenant("queue_paused", "queues.{id}.paused", "t1")?
//!     .with_content(&serde_json::json!({"id": 42}))?;
//! let envelope = wazo.encode(&EventView::new(&event, &PublishExtras::default()))?;
//! assert_eq!(envelope.routing_key().as_str(), "queues.42.paused");
//! assert_eq!(envelope.headers().text("required_acl"), Some("events.queues.42.paused"));
//! assert_eq!(envelope.headers().text("timestamp"), Some("2026-02-03T12:00:00"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # On the wire
//! - **Headers** say what the event is (`name`), whom it is for (`tenant_uuid`, and for each user
//!   a boolean `user_uuid:…`, or `user_uuid:*` for all of the tenant), who may see it
//!   (`required_acl`), where it comes from (`origin_uuid`) and when it happened (`timestamp`, local
//!   time without an offset).
//! - **The body** is a JSON object that repeats every header and has the content as `data`.
//! - **The routing key** is a template filled in from the event. `.`, `#` and `*` in a text become
//!   `__DOT__`, `__HASH__` and `__STAR__`; a value looked up inside another, `{call[id]}`, stays as
//!   it is. What is not text is printed as Python prints it. Such keys need not be canonical.
//! - **The access string** is the template of the event, or `events.` and the routing key.
//!
//! # Access lists
//! [`AccessList`] decides which of these events the holder of a token may see.
//!
//! # Typed events
//! With the feature of a service, `events` has each of its events as a type: `events::calld::CallHeld`
//! with the feature `calld`. `events` as a feature brings all of them.
//!
//! # Statistics
//! [`CollectdEvent`] is what wazo-calld tells collectd over the same bus: text, and no event.
//!
//! # Lines
//! [`encode_line`] and [`decode_line`] do the same without a broker, on lines of JSON; see
//! [`Description`].

mod access;
#[cfg(feature = "catalog")]
mod catalog;
mod collectd;
mod decode;
mod dialect;
mod encode;
#[cfg(feature = "typed")]
#[cfg_attr(
    not(feature = "events"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        unused_macros,
        reason = "a service alone needs a part of what all share"
    )
)]
pub mod events;
mod json;
mod line;
mod names;
mod python;
mod time;

pub use access::{Access, AccessList, Holder};
#[cfg(feature = "catalog")]
pub use catalog::{KnownEvent, known_events};
pub use collectd::{CollectdEvent, CollectdLine, CollectdTime, encode_collectd_line};
pub use dialect::Wazo;
pub use json::MAX_DEPTH;
pub use line::{Description, LineError, LineProblem, WireLine, decode_line, encode_line};
pub use time::{LocalTime, LocalTimeError};

/// The dialect's name in configuration and errors.
pub(crate) const DIALECT: &str = "wazo";
