//! Joining a group, telling the others, leaving it for good.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;
use trunkline_core::{SubscribeOptions, TransportError};

use super::record::{Presence, Record, describe};
use super::{Membership, bindings_topic, to_json};
use crate::NAME;
use crate::client::{Client, CloseUnlessKept};
use crate::keys::{OWN, level};
use crate::link::{Filter, Link, Plan, dial};
use crate::subscription::{Member, Memory, Rules, Ways};
use crate::wire::{Story, decode};

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
        // Said first: the others will miss what the broker gives to this member from now on.
        self.say_presence(membership, &filters).await?;
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
            match decode(&message) {
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
