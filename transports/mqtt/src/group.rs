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

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use trunkline_core::{Binding, SubscribeOptions, TestMode, TransportError};

use crate::NAME;
use crate::client::{Client, CloseUnlessKept};
use crate::dead::new_id;
use crate::keys::{OWN, filters, level};
use crate::link::{Filter, Link, Plan, dial};
use crate::subscription::{Member, Memory, Rules, Ways};
use crate::wire::{Message, Story, decode};

/// Where groups' replays go.
pub(crate) const AGAIN: &str = "/trunkline/again/";

/// The topic of a group's replays.
pub(crate) fn again(group: &str) -> String {
    format!("{AGAIN}{}", level(group))
}

/// The filters that a subscription with some bindings subscribes to, as a member of a group or by
/// itself. Those of a group are shared with the other members (MQTT 5 §4.8.2).
pub(crate) fn subscribed(bindings: &[Binding], group: Option<&str>) -> Vec<String> {
    let mut filters = filters(bindings);
    if let Some(group) = group {
        filters.push(again(group));
        filters
            .iter_mut()
            .for_each(|filter| *filter = format!("$share/{}/{filter}", level(group)));
    }
    filters
}

/// Where the broker keeps what a group is bound to.
pub(crate) fn bindings_topic(group: &str) -> String {
    format!("{OWN}group/{}/bindings", level(group))
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
        format!(
            "{OWN}group/{}/member/{}",
            level(&self.name),
            level(&self.session)
        )
    }

    /// Says that the member is here, as it did when it joined: a lost link made the broker say that
    /// it is not.
    pub(crate) fn say_here(&self, client: &Arc<Client>) {
        let topic = self.presence();
        client.say_again(topic);
    }
}

/// What the broker keeps about a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presence {
    pub(crate) here: bool,
    pub(crate) session: String,
    pub(crate) filters: BTreeSet<String>,
}

/// What the broker keeps about a group.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Descriptions of its bindings, sorted.
    bindings: Option<Vec<String>>,
    /// Whether somebody else has put something there.
    is_foreign: bool,
    members: Vec<Presence>,
    topics: Vec<String>,
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

    fn read(messages: Vec<Message>) -> Self {
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
    fn others<'a>(&'a self, own: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Presence> {
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

impl Client {
    fn group_topic(group: &str) -> String {
        format!("{OWN}group/{}", level(group))
    }

    /// What the broker keeps about a group.
    pub(crate) async fn group(&self, group: &str) -> Result<Record, TransportError> {
        let filter = format!("{}/#", Self::group_topic(group));
        Ok(Record::read(self.fetch(&filter).await?))
    }

    /// Lets a new member join a group.
    pub(crate) async fn join(
        self: &Arc<Self>,
        group: &str,
        options: &SubscribeOptions,
        ways: Ways,
    ) -> Result<Arc<Member>, TransportError> {
        // One at a time: each looks for a session nobody has.
        let _joining = self.joining().lock().await;
        let record = self.group(group).await?;
        let own = self.sessions_of(group);
        let wanted = describe(&options.bindings);
        let others = record
            .others(&self.possible_sessions(group))
            .next()
            .is_some();
        let known = record.bindings.as_ref();
        let differs = known.is_some_and(|known| *known != wanted);
        if record.is_foreign || differs && (others || !own.is_empty()) {
            return Err(TransportError::GroupConflict {
                transport: NAME,
                group: group.to_owned(),
                what: "bindings",
            });
        }
        let (session, memory) = self.free_session(group).await;
        let membership = Membership::new(group, session);
        let member = self.open(membership, options, ways, memory).await?;
        // Dropped or failed while it waits, this must leave no connection behind.
        let unless_kept = CloseUnlessKept(Some(Arc::clone(&member)));
        self.settle_in(&member, group, &record, wanted).await?;
        Ok(unless_kept.keep())
    }

    /// Connects a member's session.
    async fn open(
        self: &Arc<Self>,
        membership: Membership,
        options: &SubscribeOptions,
        ways: Ways,
        memory: Memory,
    ) -> Result<Arc<Member>, TransportError> {
        let session = membership.session().to_owned();
        let away = Presence {
            here: false,
            session: session.clone(),
            filters: BTreeSet::new(),
        };
        let durable = self.config().is_durable();
        let expiry = self.config().session_expiry.as_secs();
        let plan = Plan {
            client_id: session.clone(),
            clean_start: !durable,
            session_expiry: match durable {
                true => u32::try_from(expiry).unwrap_or(u32::MAX),
                false => 0,
            },
            receive_max: options.prefetch.get(),
            will: Some((membership.presence(), to_json(&away))),
        };
        let rules = Rules {
            no_local: options.no_local,
            keep_dead_letters: options.keep_dead_letters,
            group: Some(membership),
        };
        let member = Member::new(Arc::clone(self), rules, &options.bindings, ways, memory);
        let dialled = self.dial(&plan).await?;
        let inlet: Arc<Member> = Arc::clone(&member);
        let link = Link::start(Arc::clone(self.config()), plan, dialled, inlet);
        self.occupy(&session, &member, link.state());
        member.set_link(link);
        Ok(member)
    }

    /// Subscribes a connected member, and tells the others.
    async fn settle_in(
        self: &Arc<Self>,
        member: &Arc<Member>,
        group: &str,
        record: &Record,
        wanted: Vec<String>,
    ) -> Result<(), TransportError> {
        let Some(membership) = &member.rules().group else {
            return Ok(());
        };
        let filters = member.filters(&member.bindings());
        let link = member.link()?;
        link.subscribe(filters.iter().cloned().collect()).await?;
        let before = record.members.iter();
        let before = before.filter(|known| known.session == membership.session());
        let stale: Vec<_> = before
            .flat_map(|known| known.filters.iter().cloned())
            .map(|path| Filter { path })
            .filter(|filter| !filters.contains(filter))
            .collect();
        if !stale.is_empty() {
            link.unsubscribe(stale).await?;
        }
        if record.bindings.as_ref() != Some(&wanted) {
            self.say(bindings_topic(group), to_json(&wanted)).await?;
        }
        self.say_presence(membership, &filters).await?;
        self.load_retries(member, membership).await
    }

    async fn say_presence(
        &self,
        membership: &Membership,
        filters: &BTreeSet<Filter>,
    ) -> Result<(), TransportError> {
        let here = Presence {
            here: true,
            session: membership.session().to_owned(),
            filters: filters.iter().map(|filter| filter.path.clone()).collect(),
        };
        self.say_and_remember(membership.presence(), to_json(&here))
            .await
    }

    /// Tells the others what a member that changed its bindings is bound to.
    pub(crate) async fn say_bindings(&self, member: &Member) -> Result<(), TransportError> {
        let Some(membership) = &member.rules().group else {
            return Ok(());
        };
        let bindings = member.bindings();
        let topic = bindings_topic(membership.name());
        self.say(topic, to_json(&describe(&bindings))).await?;
        self.say_presence(membership, &member.filters(&bindings))
            .await
    }

    /// Takes up the retries that a member left at the broker.
    async fn load_retries(
        &self,
        member: &Member,
        membership: &Membership,
    ) -> Result<(), TransportError> {
        let filter = format!("{}/+", membership.waiting());
        for message in self.fetch(&filter).await? {
            let (topic, story) = (message.topic.clone(), Story::read(&message));
            match decode(message) {
                Ok(envelope) => {
                    let now = std::time::SystemTime::now();
                    let wait = story.due.and_then(|due| due.duration_since(now).ok());
                    let due = Instant::now() + wait.unwrap_or_default();
                    member.take_up(envelope, topic, &story, due);
                }
                Err(foreign) => {
                    tracing::warn!(topic, reason = foreign.0, "a retry cannot be read");
                }
            }
        }
        Ok(())
    }

    /// Removes a group: what it is bound to, its members' sessions and what waits in them.
    pub(crate) async fn remove(self: &Arc<Self>, group: &str) -> Result<bool, TransportError> {
        let _joining = self.joining().lock().await;
        let record = self.group(group).await?;
        if !record.exists() {
            return Ok(false);
        }
        if record.others(&BTreeSet::new()).next().is_some() {
            return Err(TransportError::InUse {
                transport: NAME,
                group: group.to_owned(),
            });
        }
        for member in &record.members {
            self.forget_session(&member.session).await?;
        }
        let waiting = format!("{OWN}wait/{}/#", level(group));
        let waiting = self.fetch(&waiting).await?;
        let waiting = waiting.into_iter().map(|message| message.topic);
        for topic in record.topics.into_iter().chain(waiting) {
            self.clear(&topic).await?;
        }
        Ok(true)
    }

    /// Ends a session at the broker: a client of its id that wants none (MQTT 5 §3.1.2.4).
    async fn forget_session(&self, session: &str) -> Result<(), TransportError> {
        self.forget(session);
        let plan = Plan {
            client_id: session.to_owned(),
            clean_start: true,
            session_expiry: 0,
            receive_max: u16::MAX,
            will: None,
        };
        dial(self.config(), &plan).await?.end().await;
        Ok(())
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

    #[test]
    fn names_stay_within_their_level() {
        let membership = Membership::new("a/b#", "me+1".into());
        let x = Binding::builder().key("x.#").build().unwrap();
        let filters = subscribed(&[x], Some("a/b#"));
        let again = "$share/a%2Fb%23//trunkline/again/a%2Fb%23";
        assert_eq!(filters, ["$share/a%2Fb%23/x/#", again]);
        assert_eq!(membership.again(), "/trunkline/again/a%2Fb%23");
        assert!(
            membership
                .new_retry()
                .starts_with("/trunkline/wait/a%2Fb%23/me%2B1/")
        );
    }
}
