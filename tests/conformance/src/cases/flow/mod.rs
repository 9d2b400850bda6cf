//! Chapter 7: order, flow, shutdown.

mod bounded;
mod close;
mod crash;
mod drain;
mod lanes;
mod order;
mod pressure;

pub use bounded::*;
pub use close::*;
pub use crash::*;
pub use drain::*;
pub use lanes::*;
pub use order::*;
pub use pressure::*;
