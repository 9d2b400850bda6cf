//! Every event of a Wazo platform as a type, by the service that publishes it.
//!
//! A type is called as its event: `auth_tenant_added` is `auth::AuthTenantAdded`. Each service is a
//! feature of this crate, so that a program pays for what it uses alone; `events` is all of them.
//!
//! Fields are those the platform's library knows, all optional, since services leave some out and
//! send more: what a type does not name is kept in `rest`, and so is a value of another kind than
//! the field's. What was read is written again as it came.
//!
//! ```
//! # #[cfg(feature = "calld")] {
//! use trunkline_core::UserEvent;
//! use trunkline_wazo::events::calld::CallHeld;
//!
//! let held = CallHeld {
//!     call_id: Some("1700000000.42".into()),
//!     ..CallHeld::default()
//! };
//! let event = held.for_user("tenant-1", "user-1");
//! # let _ = event;
//! # }
//! ```
//!
//! Events whose name is only known at run time, as those of Asterisk's AMI, are [`NamedEvent`]s.

mod definition;
mod generated;
mod named;
mod record;
mod text;

pub use generated::*;
pub use named::NamedEvent;
pub use record::Rest;
pub use text::{TimeText, UuidText};

/// An object.
pub type Object = serde_json::Map<String, serde_json::Value>;
