//! The suite on the in-memory transport: in virtual time, on threads, with narrow limits, and all
//! at once on one broker.

mod under_test;

use trunkline_conformance::{
    Clock, Report, State, cases, matrix, run_apart, run_together, runtime, suite,
};
use under_test::MemoryUnderTest;

/// The suite on one kind of broker in memory, less what memory cannot show.
macro_rules! on_memory {
    ($name:ident, $clock:ident, $broker:expr) => {
        suite! {
            mod $name {
                clock: $clock,
                broker: $broker,
                unproven: [
                    // A wire is wanted for these.
                    "a_witness_reads_and_is_read",
                    "headers_are_the_same_to_a_witness",
                    "a_refused_connection_says_why_and_no_secret",
                    "another_address_takes_over",
                    // Nothing but Trunkline makes queues in memory, and nothing else limits them.
                    "a_limit_of_the_brokers_own_is_told",
                    "a_foreign_queue_is_refused_by_name",
                ],
            }
        }
    };
}

on_memory!(fresh, Virtual, MemoryUnderTest::fresh());
on_memory!(threads, Real, MemoryUnderTest::brisk());
on_memory!(narrow, Virtual, MemoryUnderTest::narrow());

/// Holds that no case failed.
fn assert_none_failed(reports: &[Report]) {
    let failed: Vec<_> = reports
        .iter()
        .filter(|report| report.failure().is_some())
        .collect();
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

#[test]
fn every_case_passes_beside_all_others_on_one_broker() {
    let reports = runtime(Clock::Virtual).block_on(async {
        run_together(cases(), &MemoryUnderTest::shared(), Clock::Virtual).await
    });
    assert_none_failed(&reports);
    let left_out = reports
        .iter()
        .filter(|report| report.state == State::NotAlone)
        .count();
    let alone = cases().iter().filter(|case| case.alone).count();
    assert_eq!(left_out, alone);
}

#[test]
fn the_support_matrix_tells_what_was_shown() {
    let basics = cases()
        .iter()
        .filter(|case| case.id.len() == 2 && case.id.starts_with(['P', 'G']));
    let fresh = || async { MemoryUnderTest::fresh() };
    let reports = run_apart(basics, Clock::Virtual, fresh);
    assert_none_failed(&reports);
    let table = matrix(&[("memory", &reports)]);
    let row = |promise: &str| {
        table
            .lines()
            .find(|line| line.contains(promise))
            .map(str::to_owned)
    };
    let cell =
        |promise: &str| row(promise).and_then(|row| row.rsplit("| ").next().map(String::from));
    assert_eq!(cell("keys are kept apart").as_deref(), Some("yes |"));
    assert_eq!(cell("a witness reads and is read").as_deref(), Some("– |"));
    assert_eq!(table.lines().count(), 2 + cases().len());
}
