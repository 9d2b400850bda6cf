//! One index for event names, header conditions and key patterns.

mod binding;
mod buckets;
mod candidate;
mod condition;
mod error;
mod hashes;
mod hooks;
mod index;
mod memory;
mod scratch;
mod shared;
mod spots;
mod trie;
mod words;

#[cfg(test)]
mod tests;

pub use binding::{Binding, BindingBuilder};
pub use condition::{HeaderCondition, HeaderTest, TestMode};
pub use error::BindingError;
pub use index::{BindingId, BindingIndex};
pub use shared::SharedIndex;

use crate::headers::Headers;

/// What is matched: an event as seen from outside, without its payload.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The name of the event, if the dialect knows one.
    pub name: Option<&'a str>,
    /// The routing key; it need not be canonical.
    pub key: &'a str,
    /// The headers.
    pub headers: &'a Headers,
}
