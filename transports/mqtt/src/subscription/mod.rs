//! One subscription: a connection of its own, what it brought, and who reads it.
//!
//! A connection each, because MQTT has one window for all a client receives: a subscription that
//! stalls must not hold its neighbours up, and a group's session must be the group's alone.

mod inbox;
mod member;
mod sequences;
mod settle;
mod source;

pub(crate) use inbox::{Memory, Ways};
pub(crate) use member::{Member, Rules};
pub(crate) use source::MemberSource;
