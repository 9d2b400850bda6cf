//! The promises every Trunkline transport must keep, as tests any transport author can run.
#![allow(clippy::print_stdout, reason = "tests print what came of a case")]

mod broker;
mod case;
pub mod cases;
mod client;
mod counts;
mod dialect;
mod inbox;
mod ledger;
mod list;
mod matrix;
mod reader;
mod run;
mod same;
mod scale;
mod stage;
mod suite;
mod sync;
pub mod tables;
mod teardown;
mod witness;

pub use broker::{Broker, Denial, Fault, Isolation, Leftovers, Need, NotOffered};
pub use case::{Case, CaseFn, Outcome, Report, State, Verdict};
pub use client::{Client, assert_kind, assert_unsupported, until, within};
pub use dialect::{CaseDialect, Counted, numbered};
pub use inbox::Inbox;
pub use ledger::{Ledger, Mark, Tally};
pub use list::{OUTSIDE, case, cases};
pub use matrix::matrix;
pub use run::{joined, run, run_apart, run_as_test, run_together, runtime};
pub use same::{assert_same, assert_same_headers};
pub use scale::Scale;
pub use stage::{Author, Clock, Stage, prefetch};
pub use witness::{Foreign, Witness, WitnessInbox};
