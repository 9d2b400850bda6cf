//! Write Trunkline plugins in Rust: a struct, its handlers, and one macro.
//!
//! A plugin is a shared library that a running host loads, swaps for a newer one and lets go,
//! without a restart and without losing an event. Its author writes a struct and methods:
//!
//! ```
//! use serde::Deserialize;
//! use serde_json::json;
//! use trunkline_plugin::{Context, DynamicEvent, Host, Result, export_plugin};
//!
//! #[derive(Deserialize)]
//! struct User {
//!     email: String,
//! }
//!
//! #[derive(Deserialize)]
//! struct Welcome {
//!     from: String,
//! }
//!
//! impl Welcome {
//!     fn new(host: &Host) -> Result<Self> {
//!         host.config()
//!     }
//!
//!     async fn greet(&self, user: User, cx: &Context) -> Result {
//!         let mail = DynamicEvent::tenant("mail_wanted", "mail.wanted", cx.tenant()?)?
//!             .with_content(&json!({ "to": user.email, "from": self.from }))?;
//!         cx.publish(&mail).await?;
//!         Ok(())
//!     }
//! }
//!
//! export_plugin! {
//!     Welcome { "user_created" => greet }
//!     publishes ["mail_*"]
//! }
//! # fn main() {}
//! ```
//!
//! with `crate-type = ["cdylib", "rlib"]` in its `Cargo.toml`.
//!
//! # Handlers
//! A handler is a method that takes, after `&self` and in any order, up to three of: what the event
//! says, as any type that can be deserialised, typed events among them; the raw [`Event`]; the
//! [`Context`]. It returns `()` or a [`Result`]; an error means *try again*, unless it says
//! otherwise ([`HandlerError::reject`]).
//!
//! An `async fn` runs on a runtime of the plugin's own, so that whatever needs Tokio works. A `fn`
//! runs on a thread of the plugin's own pool and may block; declared `inline` it runs on the host's
//! dispatcher, at the cost of a function call, and must never wait.
//!
//! # What a plugin shares with its host
//! Nothing but the C interface: it has its own allocator, its own thread-locals, its own Tokio, its
//! own `tracing`. What it logs through `tracing` (or `log`, with that feature) goes to the host's
//! log; a panic is caught, logged with its place, and is a failed event.
//!
//! # Testing
//! With the feature `testing`, `testing::Harness` runs a plugin through the C interface on a broker
//! in memory, without loading anything.

mod argument;
mod bridge;
mod call;
mod context;
mod event;
mod export;
mod host;
mod instance;
mod lend;
mod panics;
mod run;
#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
pub mod __private {
    pub use crate::argument::Argument;
    pub use crate::call::{Answer, Call, Route, call, kind};
    pub use crate::instance::enter;
    pub use trunkline_core::Event;
    pub use trunkline_plugin_abi as abi;
    pub use trunkline_plugin_abi::manifest::Piece;

    /// The SDK's version, for the manifest.
    pub const SDK: &str = env!("CARGO_PKG_VERSION");
}

pub use context::Context;
pub use event::{Event, HeaderValue, Headers};
pub use export::Plugin;
pub use host::{Host, PublishError};
pub use trunkline_core::{
    Audience, DynamicEvent, HandlerError, Level, MultiUserEvent, Outgoing, ServiceEvent,
    TenantEvent, TenantId, UserEvent, UserId,
};

/// What a plugin's functions return; an error means *try again*, unless it says otherwise.
pub type Result<T = ()> = std::result::Result<T, HandlerError>;
