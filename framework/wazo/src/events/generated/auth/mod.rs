// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-auth.

mod own;

pub use own::*;
