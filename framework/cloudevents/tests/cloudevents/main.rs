//! The promises of the CloudEvents dialect, one test each.
#![expect(clippy::unwrap_used, reason = "a failed test is all that comes of it")]

mod bad_input;
mod properties;
mod reading;
mod services;
mod support;
mod writing;
