// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-call-logd.

mod call;

pub use call::*;
