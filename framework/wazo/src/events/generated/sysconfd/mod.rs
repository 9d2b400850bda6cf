// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-sysconfd.

mod own;

pub use own::*;
