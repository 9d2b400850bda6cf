// Generated from `data/events.json` by `tests/generated`: change those.
//! Events that any service publishes.

mod services;

pub use services::*;
