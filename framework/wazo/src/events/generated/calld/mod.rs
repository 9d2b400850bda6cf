// Generated from `data/events.json` by `tests/generated`: change those.
//! Events of wazo-calld.

mod adhoc;
mod agent;
mod application;
mod call;
mod conference;
mod faxes;
mod line;
mod meeting;
mod parked;
mod push;
mod recording;
mod relocate;
mod switchboard;
mod transfer;
mod trunk;
mod user;
mod voicemail;

pub use adhoc::*;
pub use agent::*;
pub use application::*;
pub use call::*;
pub use conference::*;
pub use faxes::*;
pub use line::*;
pub use meeting::*;
pub use parked::*;
pub use push::*;
pub use recording::*;
pub use relocate::*;
pub use switchboard::*;
pub use transfer::*;
pub use trunk::*;
pub use user::*;
pub use voicemail::*;
