//! Consuming: subscriptions that outlive the links they run on.

mod acks;
pub(crate) mod digest;
mod member;
mod pace;
mod recall;
mod session;
mod source;

pub(crate) use member::Member;
pub(crate) use source::MemberSource;
