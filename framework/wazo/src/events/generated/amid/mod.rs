// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-amid.

mod ami;

pub use ami::*;
