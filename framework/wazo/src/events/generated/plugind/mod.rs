// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-plugind.

mod plugins;

pub use plugins::*;
