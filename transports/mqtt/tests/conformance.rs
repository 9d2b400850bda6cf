//! The suite on real mosquittos, one for each case.

mod under_test;

use trunkline_conformance::suite;
use under_test::{Kind, MosquittoUnderTest, RabbitUnderTest};

/// The suite on one kind of broker, less what mosquitto cannot show.
macro_rules! on_mosquitto {
    ($name:ident, $kind:expr $(, unproven: [$($more:literal),*])?) => {
        suite! {
            mod $name {
                clock: Real,
                broker: MosquittoUnderTest::fresh($kind),
                unproven: [
                    // mosquitto has no alarm that holds publishers back, and no limit of attempts.
                    "a_blocked_broker_stops_publishers_alone",
                    "a_limit_of_the_brokers_own_is_told",
                    // A session outlives its client: that is what keeps a group's events.
                    "a_transport_dropped_without_close_leaves_nothing",
                    $($($more,)*)?
                ],
            }
        }
    };
}

on_mosquitto!(persistent, Kind::default());

on_mosquitto!(
    clean,
    Kind {
        parameters: "&clean=true",
        ..Kind::default()
    }
);

on_mosquitto!(
    tls,
    Kind {
        tls: true,
        ..Kind::default()
    }
);

on_mosquitto!(
    old,
    Kind {
        old: true,
        parameters: "&version=3.1.1",
        ..Kind::default()
    }
);

on_mosquitto!(
    old_shared,
    Kind {
        old: true,
        parameters: "&version=3.1.1&shared=true",
        forgets: true,
        ..Kind::default()
    },
    unproven: [
        "a_restart_under_load_loses_nothing",
        "bindings_are_back_before_running_is_told",
        "members_are_back_after_a_restart"
    ]
);

// A stricter broker, and 3.1.1 alone: no shared subscriptions, and kept messages are found by single
// topics only. So groups, dead letters and last values are refused there; the rest holds.
suite! {
    mod rabbitmq {
        clock: Real,
        broker: RabbitUnderTest::fresh().await,
        unproven: [
            // Its groups are refused, and so is what only a group could show.
            "a_limit_of_the_brokers_own_is_told",
            "a_transport_dropped_without_close_leaves_nothing"
        ],
        short: [
            "round_trip_keeps_every_field", "a_witness_reads_and_is_read", "P2", "P3", "P7", "P8",
            "P9", "P10", "P15", "K1", "K4", "K7", "K10", "K12", "bodies_of_every_size_arrive_whole",
            "B2", "G7", "C4", "C5", "C6", "C7", "C12", "O1", "O4", "F3", "X4", "R1", "health_follows_the_link"
        ],
    }
}
