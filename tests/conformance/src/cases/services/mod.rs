//! Chapter 8: services on top.

mod delay;
mod health;
mod requests;
mod trace;

pub use delay::*;
pub use health::*;
pub use requests::*;
pub use trace::*;
