//! The promises every Trunkline transport must keep, as tests any transport author can run.
//!
//! A promise is an async function with a name that says it, such as
//! [`group_members_split_the_deliveries`](cases::groups::group_members_split_the_deliveries), and
//! an id such as `G1`, under which several may stand. [`cases`](cases()) lists them all.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use trunkline_conformance::{Broker, Clock, Isolation, State, cases, matrix, run_apart};
//! use trunkline_core::{Transport, TransportError};
//! use trunkline_memory::MemoryBroker;
//!
//! struct OnMemory(MemoryBroker);
//!
//! #[async_trait]
//! impl Broker for OnMemory {
//!     async fn client(&self, _name: &str) -> Result<Arc<dyn Transport>, TransportError> {
//!         Ok(Arc::new(self.0.connect()))
//!     }
//!
//!     fn isolation(&self) -> Isolation {
//!         Isolation::Own
//!     }
//! }
//!
//! let fresh = || async { Arc::new(OnMemory(MemoryBroker::new())) as Arc<dyn Broker> };
//! let publishing = cases().iter().filter(|case| case.id.starts_with('P'));
//! let reports = run_apart(publishing, Clock::Virtual, fresh);
//! assert!(reports.iter().all(|report| report.failure().is_none()));
//! println!("{}", matrix(&[("memory", &reports)]));
//! ```
//!
//! # For the author of a transport
//! 1. Implement [`Broker`]: one method that connects a client. Say whether each case has a broker
//!    of its own, and how long things may take there.
//! 2. Write [`suite!`] once for each set-up that ought to work: kinds of exchanges and queues,
//!    sessions, protocol levels, TLS. Each promise becomes a test of its own. Brokers that live in
//!    Tokio's time say `clock: Virtual` and are done in seconds.
//! 3. Add faults, one after the other: [`Broker::inflict`] breaks links, stops brokers, loses
//!    confirms. A case that needs a hook you do not offer fails and names it, until you write the
//!    hook or list the case under `unproven`. Nothing drops out unseen.
//! 4. Let [`Broker::leftovers`] ask the broker what is still there. It is asked after every case.
//! 5. Plug in a [`Witness`], a client that shares no code with the transport, so that writing and
//!    reading cannot agree on the same mistake.
//!
//! The tests of this crate do all of it for `trunkline-memory`, but for the witness.
//!
//! # What the suite holds to
//! - **Claims are checked on both sides.** What [`Capabilities`](trunkline_core::Capabilities) does
//!   not claim must be refused as [`Unsupported`](trunkline_core::TransportError::Unsupported); what
//!   is not claimed and works all the same fails as a stale declaration.
//! - **Absence is shown, not awaited.** What must not arrive is followed by a sentinel on the same
//!   path, and that is what must come next. Time is waited for only where the promise is about
//!   time, or where no sentinel can pass.
//! - **Every event is numbered.** A [`Tally`] tells lost, duplicated and reordered events apart, and
//!   a case says which of them it allows, and how many.
//! - **Every wait has an end.** What is found only because a deadline made the suite look again was
//!   never announced, and counts as not found: a lost wake does not pass, not under a paused clock
//!   either.
//! - **Cases clean up, and it is checked.** Afterwards clients are closed and groups removed; then
//!   neither the broker nor the runtime may hold anything of theirs.
//!
//! [`Scale`] sets how much a run does: `TRUNKLINE_TEST_SCALE=full` for the numbers the cases name,
//! `stress` for several copies of each beside each other.
//!
//! # That it bites
//! `tests/flawed` puts one flaw after the other into a transport that has none: an ack dropped, a
//! stream reordered, a confirm that comes too early. For each, the case that is about it fails.
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
pub use run::{Choice, joined, run, run_apart, run_as_test, run_together, runtime};
pub use same::{assert_same, assert_same_headers};
pub use scale::Scale;
pub use stage::{Author, Clock, Stage, prefetch};
pub use witness::{Foreign, Witness, WitnessInbox};
