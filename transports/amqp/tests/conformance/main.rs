//! The conformance suite on real RabbitMQ nodes: both kinds of exchanges, both kinds of queues,
//! TLS.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod faults;
mod links;
mod under_test;
mod witness;

use trunkline_conformance::suite;
use under_test::{Setup, fresh};

/// The suite on one set-up.
macro_rules! on_rabbitmq {
    ($name:ident, $setup:expr $(, $unproven:literal)*) => {
        suite! {
            mod $name {
                clock: Real,
                broker: fresh($setup).await,
                unproven: [$($unproven),*],
            }
        }
    };
}

on_rabbitmq!(
    topic,
    Setup::new("exchange=events"),
    // Classic queues have no such limit.
    "a_limit_of_the_brokers_own_is_told"
);
on_rabbitmq!(
    headers,
    Setup::new("exchange=events&exchange_type=headers"),
    "a_limit_of_the_brokers_own_is_told"
);
on_rabbitmq!(quorum, Setup::new("exchange=events&queue=quorum"));
on_rabbitmq!(
    tls,
    Setup::new("exchange=events").with_tls(),
    "a_limit_of_the_brokers_own_is_told"
);
