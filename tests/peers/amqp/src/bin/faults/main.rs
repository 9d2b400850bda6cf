//! The cases about faults, on our client and on the nearest peer's: what they are to find is there.
//!
//! `cargo run --bin faults`; ends well if ours keeps every one, and theirs breaks those, and only
//! those, that it is known to break.

mod rabbit;
mod theirs;

use std::collections::BTreeSet;
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

/// What is asked, and whether the peer's client breaks it as it comes and at its safest.
const CASES: [(&str, bool, bool); 12] = [
    // That the adapter works: what needs no fault is kept.
    ("an_acked_delivery_stays_away", false, false),
    ("group_members_split_the_deliveries", false, false),
    ("a_durable_group_catches_up", false, false),
    // Nobody is told that an event went nowhere.
    ("a_publish_that_reaches_nobody_is_told", true, true),
    // A lost link is not made again, or nobody hears of what was missed.
    ("an_unsettled_delivery_comes_back_marked", true, false),
    ("a_gap_is_told_before_the_next_event", true, true),
    ("a_restart_under_load_loses_nothing", true, true),
    ("members_are_back_after_a_restart", true, true),
    ("an_eviction_is_not_silence", true, true),
    ("a_deleted_queue_is_not_silence", true, true),
    ("a_publish_waits_for_the_broker", true, true),
    ("health_follows_the_broker", true, true),
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

/// Whether exactly these are broken.
fn breaks(contender: Contender, wanted: &BTreeSet<&str>) -> bool {
    let broken: BTreeSet<_> = reports(contender)
        .iter()
        .filter(|report| report.state != State::Kept)
        .map(|report| report.case.name)
        .collect();
    for name in broken.difference(wanted) {
        println!("  broken, and was not known to be: {name}");
    }
    for name in wanted.difference(&broken) {
        println!("  kept, and was known to be broken: {name}");
    }
    broken == *wanted
}

fn main() -> ExitCode {
    let known = |chosen: fn(&(&'static str, bool, bool)) -> bool| {
        let broken = CASES.iter().filter(|case| chosen(case));
        broken.map(|(name, ..)| *name).collect::<BTreeSet<_>>()
    };
    let as_known = [
        breaks(Contender::Ours, &BTreeSet::new()),
        breaks(Contender::Theirs(Setup::Default), &known(|case| case.1)),
        breaks(Contender::Theirs(Setup::Safest), &known(|case| case.2)),
    ];
    if as_known == [true; 3] {
        println!("\nours keeps all; theirs breaks what it is known to break");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
