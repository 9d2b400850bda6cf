//! Whole-system tests of Trunkline in `tests/`, and here what the tests of every crate share: real
//! brokers on ports of their own, links that break on request, clients of another make.
//!
//! Nothing here falls back or skips: what a test needs and the machine lacks is a panic that says
//! what to install, and `tests/run` installs it.
#![allow(clippy::print_stderr, reason = "tests tell on the way what they start")]
#![allow(
    clippy::missing_panics_doc,
    reason = "everything here panics when the machine does not give what the test needs"
)]

pub mod mosquitto;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod python;
pub mod rabbitmq;
pub mod scratch;
pub mod tls;

mod console;
mod expected;
mod lock;
mod place;
mod wait;

pub use console::{Command, Session};
pub use expected::compare;
pub use place::{build, cargo, programs, root};
pub use wait::{wait_until, wait_until_async};
