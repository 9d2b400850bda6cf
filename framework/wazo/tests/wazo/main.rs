//! The promises of the Wazo dialect, one test each.
#![expect(clippy::unwrap_used, reason = "a failed test is all that comes of it")]

mod access;
mod collectd;
mod common;
mod lines;
mod properties;
mod publishing;
mod receiving;
mod vectors;
