// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-dird.

mod directory;

pub use directory::*;
