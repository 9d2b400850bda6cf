//! Faults on real RabbitMQ, each held against a ledger of what was lost and doubled: what goes
//! beyond the conformance cases, which have restarts, cuts, alarms and refusals.
//!
//! `TRUNKLINE_TEST_SCALE=full` repeats kills 50 times, and waits out outages of 20 and 300 s.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::print_stdout, reason = "a test tells what it measured")]

mod broker;
mod cluster;
mod killed;
mod letters;
mod link;
mod load;
mod operator;
mod outage;
mod refused;
mod versions;
