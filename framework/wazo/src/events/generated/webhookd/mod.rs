// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-webhookd.

mod own;
mod voicemail;

pub use own::*;
pub use voicemail::*;
