//! Believable days of calls for several tenants, from a seed: who is ordered, who comes and goes,
//! who calls whom, holds, parks and relocates, told as Asterisk and the shop would tell it.
//!
//! The same [`Town`] always does the same. What a ledger should have in the end is known
//! beforehand.

mod ami;
mod day;
mod happening;
mod ledger;
mod people;
mod play;
mod town;

pub use happening::{Happening, What};
pub use ledger::{Expected, Ledger};
pub use play::{Speed, play};
pub use town::{Town, Traffic};
