//! What stands behind the handler traits; it may change in any release.

pub use crate::handler::{Asynchronous, HandlerFn, RawParameters, TypedParameters};
