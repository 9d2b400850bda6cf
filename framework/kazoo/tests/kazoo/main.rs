//! The promises of the Kazoo dialect, one test each.
#![expect(clippy::unwrap_used, reason = "a failed test is all that comes of it")]

mod bad_input;
mod faults;
mod messages;
mod services;
mod support;
mod typed;
mod vectors;
mod words;
