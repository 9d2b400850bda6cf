//! `bench`.

use crate::support::run;

#[test]
fn every_stage_is_measured_against_the_floor() {
    for options in [
        &[][..],
        &["--typed"],
        &["--workers", "2", "--publishers", "3", "--handlers", "1"],
    ] {
        let arguments = ["bench", "--count", "200", "--rounds", "2", "--json"];
        let left = run(&[&arguments, options].concat());
        assert_eq!(left.code, Some(0), "{options:?}: {}", left.err);
        let stages = left.json();
        let names: Vec<_> = stages
            .iter()
            .map(|stage| stage["stage"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            ["floor", "publish", "consume", "dispatch", "whole way"]
        );
        for stage in stages {
            assert!(stage["median_ns"].as_f64().unwrap() > 0.0);
            assert!(stage["ratio_to_floor"].as_f64().unwrap() > 0.0);
        }
    }
}

#[test]
fn people_get_a_table() {
    let left = run(&["bench", "--count", "100", "--rounds", "1"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.out.contains("× floor"), "{}", left.out);
}
