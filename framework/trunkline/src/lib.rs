//! An async, broker-agnostic event framework: what applications depend on.
//!
//! An event is a struct that derives [`ServiceEvent`], [`TenantEvent`], [`UserEvent`] or
//! [`MultiUserEvent`]: its type says whom it is for, and publishing it without its tenant or user
//! does not compile. A handler is an async function over the event and whatever is [`FromContext`];
//! a [`Service`] brings the two together on a [`Bus`].

pub use trunkline_core::*;
pub use trunkline_derive::{MultiUserEvent, ServiceEvent, TenantEvent, UserEvent};
