//! The cases about faults, on our client and on the nearest peer's: what they are to find is there.
//!
//! `cargo run --bin faults`, some ten minutes; ends well if ours keeps every one, and theirs breaks
//! those, and only those, that it is known to break.

mod rabbit;
mod theirs;

use std::process::ExitCode;
use std::sync::Arc;

use trunkline_amqp::{Amqp, AmqpConfig};
use trunkline_conformance::{Clock, Report, State, case, run_apart};
use trunkline_core::{Transport, TransportError};

use rabbit::Rabbit;
use theirs::{Setup, Theirs};

/// Whose client is held to the cases.
#[derive(Debug, Clone, Copy)]
pub enum Contender {
    /// Ours.
    Ours,
    /// RustStream's.
    Theirs(Setup),
}

impl Contender {
    async fn connect(self, url: &str, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        match self {
            Self::Ours => {
                let url = format!("{url}?exchange=events&heartbeat=3&connect_timeout=3");
                let config = AmqpConfig::parse(&url)?.with_name(name);
                Ok(Arc::new(Amqp::connect(config).await?))
            }
            Self::Theirs(setup) => {
                let url = format!("{url}?heartbeat=3");
                Ok(Arc::new(Theirs::connect(&url, name, setup).await?))
            }
        }
    }
}

/// What the peer's client is known to do with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Keeps,
    Breaks,
    /// It depends on the moment.
    Either,
}

use Known::{Breaks, Either, Keeps};

impl Known {
    /// Whether a case may come out so. One that was not put to the client shows nothing.
    fn allows(self, state: &State) -> bool {
        match state {
            State::Kept => self != Breaks,
            State::Failed(_) => self != Keeps,
            _ => false,
        }
    }
}

/// What is asked, and what becomes of it on the peer's client as it comes and at its safest.
const CASES: [(&str, Known, Known); 12] = [
    // That the adapter works: what needs no fault is kept.
    ("an_acked_delivery_stays_away", Keeps, Keeps),
    ("group_members_split_the_deliveries", Keeps, Keeps),
    ("a_durable_group_catches_up", Keeps, Keeps),
    // Nobody is told that an event went nowhere.
    ("a_publish_that_reaches_nobody_is_told", Breaks, Breaks),
    // A lost link is not made again unless asked; nobody hears of what was missed.
    ("an_unsettled_delivery_comes_back_marked", Breaks, Either),
    ("a_gap_is_told_before_the_next_event", Breaks, Breaks),
    // Back too late, or never; with recovery, now and then in time.
    ("a_restart_under_load_loses_nothing", Breaks, Either),
    ("members_are_back_after_a_restart", Breaks, Either),
    // A supply that ends with an error says why; one that just ends does not.
    ("an_eviction_is_not_silence", Keeps, Keeps),
    ("a_deleted_queue_is_not_silence", Breaks, Breaks),
    // With recovery each call fails at once, and it is the suite that tries again.
    ("a_publish_waits_for_the_broker", Breaks, Either),
    // The adapter asks for the connection ever again; a service of theirs would go on as running.
    ("health_follows_the_broker", Breaks, Either),
];

fn reports(contender: Contender) -> Vec<Report> {
    println!("\n{contender:?}");
    let cases = CASES.iter().map(|(name, ..)| case(name));
    let reports = run_apart(cases, Clock::Real, || Rabbit::fresh(contender));
    for report in &reports {
        println!("  {report}");
    }
    reports
}

/// Whether every case comes out as known.
fn as_known(contender: Contender, known: impl Fn(&str) -> Known) -> bool {
    let mut as_known = true;
    for report in reports(contender) {
        let known = known(report.case.name);
        if !known.allows(&report.state) {
            println!("  known as {known:?}, which it is not: {report}");
            as_known = false;
        }
    }
    as_known
}

fn main() -> ExitCode {
    let of = |name: &str| CASES.iter().find(|case| case.0 == name);
    let known = |name: &str| of(name).expect("it is one of the cases");
    let outcomes = [
        as_known(Contender::Ours, |_| Keeps),
        as_known(Contender::Theirs(Setup::Default), |name| known(name).1),
        as_known(Contender::Theirs(Setup::Safest), |name| known(name).2),
    ];
    if outcomes == [true; 3] {
        println!("\nours keeps all; theirs breaks what it is known to break");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
