//! The conformance suite on real RabbitMQ nodes: both kinds of exchanges, both kinds of queues,
//! TLS.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod act;
mod attempts;
mod chapters;
mod faults;
mod links;
mod under_test;
mod wazo;
mod witness;

use trunkline_conformance::suite;
use under_test::{Setup, fresh};

/// The suite on one set-up.
macro_rules! on_rabbitmq {
    ($name:ident, $setup:expr, unproven: $unproven:tt $(, short: $short:tt)?) => {
        suite! {
            mod $name {
                clock: Real,
                broker: fresh($setup).await,
                unproven: $unproven
                $(, short: $short)?
            }
        }
    };
}

// Every case, in every run.
on_rabbitmq!(
    topic,
    Setup::new("exchange=events"),
    // Classic queues have no such limit.
    unproven: ["a_limit_of_the_brokers_own_is_told"]
);

// Beside it, what another way of matching can change: who gets what, and what is restored.
on_rabbitmq!(
    headers,
    Setup::new("exchange=events&exchange_type=headers"),
    unproven: ["a_limit_of_the_brokers_own_is_told"],
    short: [
        "P1", "P2", "P5", "P8", "P9", "P10", "P12", "K1", "K2", "K4", "K5", "K6", "K7", "K8", "K9",
        "K10", "K11", "K12", "G2", "G9", "S14", "C4", "R1", "T1", "X5"
    ]
);

// What another kind of queue can change: members, settling, attempts, dead letters, its own limits.
on_rabbitmq!(
    quorum,
    Setup::new("exchange=events&queue=quorum"),
    unproven: [],
    short: [
        "P1", "P4", "G1", "G3", "G4", "G5", "G8", "G9", "S1", "S2", "S4", "S5", "S6", "S7", "S9",
        "S10", "S11", "S13", "S14", "S16", "C8", "O3", "F2", "X2", "X4", "X6",
        "members_are_back_after_a_restart"
    ]
);

// What another kind of link can change: connecting, losing it, ending it, large frames.
on_rabbitmq!(
    tls,
    Setup::new("exchange=events").with_tls(),
    unproven: ["a_limit_of_the_brokers_own_is_told"],
    short: [
        "P1", "P15", "K11", "B1", "B3", "S2", "C4", "C5", "C6", "C7", "C12", "X4", "X5",
        "closing_any_way_returns_in_time"
    ]
);
