// Generated from `data/events.json` by `tests/generated`: change those.
//! The services, one module each.

#[cfg(feature = "agentd")]
pub mod agentd;
#[cfg(feature = "amid")]
pub mod amid;
#[cfg(feature = "auth")]
pub mod auth;
#[cfg(feature = "call_logd")]
pub mod call_logd;
#[cfg(feature = "calld")]
pub mod calld;
#[cfg(feature = "chatd")]
pub mod chatd;
#[cfg(feature = "common")]
pub mod common;
#[cfg(feature = "confd")]
pub mod confd;
#[cfg(feature = "dird")]
pub mod dird;
#[cfg(feature = "historical")]
pub mod historical;
#[cfg(feature = "plugind")]
pub mod plugind;
#[cfg(feature = "sysconfd")]
pub mod sysconfd;
#[cfg(feature = "webhookd")]
pub mod webhookd;
