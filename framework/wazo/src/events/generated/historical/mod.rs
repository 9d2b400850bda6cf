// Generated from `data/events.json` by `tests/generated`: change those.
//! Events that nobody publishes any more.

mod own;

pub use own::*;
