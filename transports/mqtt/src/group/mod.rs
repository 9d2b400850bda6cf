//! Groups: shared subscriptions, each member with a session of its own, and what the broker keeps
//! about them in retained messages of ours.
//!
//! | topic | holds |
//! | --- | --- |
//! | `/trunkline/group/GROUP/bindings` | what the group is bound to |
//! | `/trunkline/group/GROUP/member/SESSION` | whether a member is here, and the filters of its session |
//! | `/trunkline/wait/GROUP/SESSION/ID` | an event that waits for its next attempt |
//! | `/trunkline/dead/GROUP/SHARE/ID` | a dead letter |
//! | `/trunkline/again/GROUP` | replays (not retained) |

mod join;
mod record;

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use trunkline_core::Binding;

pub(crate) use self::record::{Record, describe};
use crate::client::Client;
use crate::dead::new_id;
use crate::keys::{OWN, filters, level};

/// Where groups' replays go.
pub(crate) const AGAIN: &str = "/trunkline/again/";

/// The topic of a group's replays.
pub(crate) fn again(group: &str) -> String {
    format!("{AGAIN}{}", level(group))
}

/// The filters that a subscription with some bindings subscribes to, as a member of a group or by
/// itself. A group's are shared with the other members (MQTT 5 §4.8.2), but for the one by which each
/// hears who they are.
pub(crate) fn subscribed(bindings: &[Binding], group: Option<&str>) -> Vec<String> {
    let mut filters = filters(bindings);
    if let Some(group) = group {
        filters.push(again(group));
        filters
            .iter_mut()
            .for_each(|filter| *filter = format!("$share/{}/{filter}", level(group)));
        filters.push(format!("{}+", presences(group)));
    }
    filters
}

/// Where the broker keeps what a group is bound to.
pub(crate) fn bindings_topic(group: &str) -> String {
    format!("{OWN}group/{}/bindings", level(group))
}

/// What the topics begin with where members tell whether they are here.
fn presences(group: &str) -> String {
    format!("{OWN}group/{}/member/", level(group))
}

/// A member's place in its group.
#[derive(Debug)]
pub(crate) struct Membership {
    name: String,
    /// The client id of the member's session.
    session: String,
    again: String,
}

impl Membership {
    pub(crate) fn new(group: &str, session: String) -> Self {
        Self {
            name: group.to_owned(),
            session,
            again: again(group),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    pub(crate) fn again(&self) -> &str {
        &self.again
    }

    /// The topic of a new retry.
    pub(crate) fn new_retry(&self) -> String {
        format!("{}/{}", self.waiting(), new_id())
    }

    fn waiting(&self) -> String {
        format!("{OWN}wait/{}/{}", level(&self.name), level(&self.session))
    }

    fn presence(&self) -> String {
        format!("{}{}", presences(&self.name), level(&self.session))
    }

    /// Whether a topic is where another member tells that it is here.
    pub(crate) fn is_another(&self, topic: &str) -> bool {
        topic.starts_with(&presences(&self.name)) && topic != self.presence()
    }

    /// Says that the member is here, as it did when it joined: a lost link made the broker say that
    /// it is not.
    pub(crate) fn say_here(&self, client: &Arc<Client>) {
        let topic = self.presence();
        client.say_again(topic);
    }
}

pub(crate) fn to_json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value)
        .expect("texts and flags can be written as JSON")
        .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may")]

    use super::*;

    #[test]
    fn names_stay_within_their_level() {
        let membership = Membership::new("a/b#", "me+1".into());
        let x = Binding::builder().key("x.#").build().unwrap();
        let filters = subscribed(&[x], Some("a/b#"));
        let again = "$share/a%2Fb%23//trunkline/again/a%2Fb%23";
        let others = "/trunkline/group/a%2Fb%23/member/+";
        assert_eq!(filters, ["$share/a%2Fb%23/x/#", again, others]);
        assert_eq!(membership.again(), "/trunkline/again/a%2Fb%23");
        assert!(
            membership
                .new_retry()
                .starts_with("/trunkline/wait/a%2Fb%23/me%2B1/")
        );
    }
}
