//! Typed events agree with what the real library wrote.
#![cfg(feature = "events")]
#![expect(clippy::unwrap_used, reason = "a failed test is all that comes of it")]

mod check;
mod open;
mod records;
#[rustfmt::skip]
mod registry;

use serde_json::Value;

fn vectors() -> Vec<Value> {
    let lines = include_str!("../vectors/wazo-vectors.jsonl").lines();
    let vectors: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(vectors.len(), 369);
    vectors
}

#[test]
fn every_recorded_class_is_written_and_read_by_its_type() {
    let (mut checked, mut open) = (0, 0);
    for vector in vectors() {
        if vector["id"].as_str().unwrap().starts_with("edge/") {
            continue;
        }
        let name = vector["name"].as_str().unwrap();
        if registry::check_typed(name, &vector) {
            checked += 1;
        } else {
            open::check(&vector);
            open += 1;
        }
    }
    assert_eq!((checked, open), (306, 4));
}
