//! Whole-system tests of Trunkline, in `tests/`; here is what they share.

mod console;
mod expected;
mod place;

pub use console::{Command, Session};
pub use expected::compare;
pub use place::{build, cargo, programs, root, target};
