// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-chatd.

mod own;

pub use own::*;
