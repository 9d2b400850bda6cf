//! The promises every Trunkline transport must keep, as tests any transport author can run.

mod ledger;
mod same;
mod scale;
mod sync;
pub mod tables;

pub use ledger::{Ledger, Mark, Tally};
pub use same::{assert_same, assert_same_headers};
pub use scale::Scale;
