//! Chapter 6: the life of a connection.

mod gaps;
mod outage;
mod refusals;
mod restart;
mod trouble;

pub use gaps::*;
pub use outage::*;
pub use refusals::*;
pub use restart::*;
pub use trouble::*;
