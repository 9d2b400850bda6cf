//! What the broker keeps about groups.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trunkline_core::{Binding, TestMode};

use crate::wire::Message;

/// What the broker keeps about a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Presence {
    pub(super) here: bool,
    pub(super) session: String,
    pub(super) filters: BTreeSet<String>,
}

/// What the broker keeps about a group.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Descriptions of its bindings, sorted.
    pub(super) bindings: Option<Vec<String>>,
    /// Whether somebody else has put something there.
    pub(super) is_foreign: bool,
    pub(super) members: Vec<Presence>,
    pub(super) topics: Vec<String>,
}

impl Record {
    /// Descriptions of the group's bindings, if the broker keeps any.
    pub(crate) fn bindings(&self) -> Option<&[String]> {
        self.bindings.as_deref()
    }

    /// Whether some member is here.
    pub(crate) fn is_at_work(&self) -> bool {
        self.members.iter().any(|member| member.here)
    }

    /// Whether the session of some member has a filter.
    pub(crate) fn has_filter(&self, filter: &str) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.filters.contains(filter))
    }

    pub(crate) fn exists(&self) -> bool {
        self.bindings.is_some() || self.is_foreign || !self.members.is_empty()
    }

    pub(super) fn read(messages: Vec<Message>) -> Self {
        let mut record = Self::default();
        for message in messages {
            record.topics.push(message.topic.clone());
            if message.topic.ends_with("/bindings") {
                record.bindings = serde_json::from_slice(&message.payload).ok();
                record.is_foreign = record.bindings.is_none();
            } else if let Ok(member) = serde_json::from_slice(&message.payload) {
                record.members.push(member);
            }
        }
        record
    }

    /// Members that are here, but for those of some sessions.
    pub(super) fn others<'a>(
        &'a self,
        own: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = &'a Presence> {
        let here = self.members.iter().filter(|member| member.here);
        here.filter(|member| !own.contains(&member.session))
    }
}

/// Describes bindings so that equal ones read the same, whoever wrote them.
pub(crate) fn describe(bindings: &[Binding]) -> Vec<String> {
    let mut all: Vec<_> = bindings.iter().map(describe_one).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn describe_one(binding: &Binding) -> String {
    let mut keys: Vec<_> = binding.keys().iter().map(|key| key.as_str()).collect();
    keys.sort_unstable();
    let name = binding.name().map(|name| name.as_str());
    let headers = binding.headers().map(|condition| {
        let mode = match condition.mode() {
            TestMode::All => "all",
            TestMode::Any => "any",
        };
        let tests = condition.tests();
        let mut tests: Vec<_> = tests
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        tests.sort_unstable();
        (mode, tests)
    });
    serde_json::json!({ "name": name, "headers": headers, "keys": keys }).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may")]

    use trunkline_core::{HeaderCondition, HeaderTest};

    use super::*;

    #[test]
    fn equal_wishes_read_the_same_in_any_order() {
        let on = |key| Binding::builder().key(key).build().unwrap();
        let both = describe(&[on("a.#"), on("b.*")]);
        assert_eq!(both, describe(&[on("b.*"), on("a.#"), on("a.#")]));
        assert_ne!(both, describe(&[on("a.#")]));
        let condition = |value: bool| {
            let tests = [HeaderTest::equals("a", value), HeaderTest::present("b")];
            Binding::from(HeaderCondition::all(tests).unwrap())
        };
        assert_eq!(describe(&[condition(true)]), describe(&[condition(true)]));
        assert_ne!(describe(&[condition(true)]), describe(&[condition(false)]));
    }
}
