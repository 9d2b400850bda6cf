//! Access lists decide as the real library decided: `vectors/README.md` tells the origin.

use serde_json::Value;
use trunkline_wazo::{AccessList, Holder};

struct Vector(Value);

impl Vector {
    fn list(&self) -> AccessList {
        let entries = self.0["acl"].as_array().unwrap();
        let holder = Holder::new()
            .with_auth_id(self.0["auth_id"].as_str())
            .with_session_id(self.0["session_id"].as_str());
        AccessList::of_holder(entries.iter().map(|entry| entry.as_str().unwrap()), holder)
    }

    fn checks(&self) -> impl Iterator<Item = (Option<&str>, bool)> {
        let checks = self.0["checks"].as_array().unwrap().iter();
        checks.map(|check| (check[0].as_str(), check[1].as_bool().unwrap()))
    }
}

fn vectors() -> Vec<Vector> {
    let lines = include_str!("../vectors/acl-vectors.jsonl").lines();
    let vectors: Vec<_> = lines
        .map(|line| Vector(serde_json::from_str(line).unwrap()))
        .collect();
    assert_eq!(vectors.len(), 38);
    vectors
}

#[test]
fn every_recorded_check_is_decided_as_recorded() {
    let mut count = 0;
    for vector in vectors() {
        let list = vector.list();
        for (required, granted) in vector.checks() {
            assert_eq!(
                list.grants(required),
                granted,
                "{}: {required:?}",
                vector.0["id"]
            );
            count += 1;
        }
    }
    assert_eq!(count, 2812);
}

#[test]
fn a_check_allocates_nothing() {
    let vectors = vectors();
    let lists: Vec<_> = vectors
        .iter()
        .map(|vector| (vector.list(), vector))
        .collect();
    let allocated = allocation_counter::measure(|| {
        for (list, vector) in &lists {
            for (required, granted) in vector.checks() {
                assert_eq!(list.grants(required), granted);
            }
        }
    });
    assert_eq!(allocated.count_total, 0);
}
