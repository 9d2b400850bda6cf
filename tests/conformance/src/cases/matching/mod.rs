//! Chapter 2: patterns, keys, headers.

mod audience;
mod conditions;
mod foreign;
mod headers;
mod keys;
mod names;

pub use audience::*;
pub use conditions::*;
pub use foreign::*;
pub use headers::*;
pub use keys::*;
pub use names::*;
