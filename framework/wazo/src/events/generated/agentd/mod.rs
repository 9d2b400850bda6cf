// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-agentd.

mod agent;
mod user_agent;

pub use agent::*;
pub use user_agent::*;
