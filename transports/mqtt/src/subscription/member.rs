//! One subscription over the outages of its connection.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use std::time::SystemTime;

use tokio::time::Instant;
use trunkline_core::{Binding, BindingId, Envelope, Gap, SharedIndex, Subject, TransportError};

use super::inbox::{Entry, Inbox, Memory, Origin, Ways};
use super::sequences::Sequences;
use crate::client::Client;
use crate::keys::OWN;
use crate::link::{AckNow, Arrival, Filter, Inlet, Link, Outage, closed};
use crate::sync::Mutex;
use crate::wire::{Message, Story, decode};
use crate::{
    board::Line,
    group::{Membership, subscribed},
};

/// Events that wait here before no more are read, where the broker's window does not bound them.
const MAX_WAITING: usize = 2048;

/// How a subscription treats what comes in.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) no_local: bool,
    pub(crate) keep_dead_letters: bool,
    /// The group, unless the subscription is a live one.
    pub(crate) group: Option<Membership>,
}

/// One subscription over the outages of its connection.
pub(crate) struct Member {
    me: Weak<Self>,
    client: Arc<Client>,
    rules: Rules,
    index: SharedIndex<()>,
    bindings: Mutex<Vec<(BindingId, Binding)>>,
    /// Held while the broker is asked to change filters.
    pub(crate) changing: tokio::sync::Mutex<()>,
    inbox: Inbox,
    /// What tells that the broker dropped something.
    sequences: Mutex<Sequences>,
    link: OnceLock<Link>,
    line: Line,
}

impl Member {
    pub(crate) fn new(
        client: Arc<Client>,
        rules: Rules,
        bindings: &[Binding],
        ways: Ways,
        memory: Memory,
    ) -> Arc<Self> {
        let index = SharedIndex::new();
        let insert = |binding: &Binding| (index.insert(binding.clone(), ()), binding.clone());
        let bindings = bindings.iter().map(insert).collect();
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            line: client.board().line(),
            client,
            rules,
            index,
            bindings: Mutex::new(bindings),
            changing: tokio::sync::Mutex::new(()),
            inbox: Inbox::new(ways, memory),
            sequences: Mutex::default(),
            link: OnceLock::new(),
        })
    }

    /// Gives the member its connection, once.
    pub(crate) fn set_link(&self, link: Link) {
        // There is one caller, and it calls once.
        let _ = self.link.set(link);
    }

    pub(crate) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Another hold of this member; `None` while it is dropped.
    pub(super) fn hold(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    pub(crate) fn link(&self) -> Result<&Link, TransportError> {
        self.link.get().ok_or_else(closed)
    }

    pub(crate) fn unblock(&self) {
        if let Some(link) = self.link.get() {
            link.unblock();
        }
    }

    /// The name of what is subscribed to, for dead letters.
    pub(crate) fn source(&self) -> &str {
        self.rules
            .group
            .as_ref()
            .map_or("live", |group| group.name())
    }

    pub(crate) fn bindings(&self) -> Vec<Binding> {
        let bindings = self.bindings.lock();
        bindings
            .iter()
            .map(|(_, binding)| binding.clone())
            .collect()
    }

    /// Adds a binding; false if it is there.
    pub(crate) fn add(&self, binding: Binding) -> bool {
        let mut bindings = self.bindings.lock();
        if bindings.iter().any(|(_, known)| *known == binding) {
            return false;
        }
        bindings.push((self.index.insert(binding.clone(), ()), binding));
        true
    }

    /// Removes a binding; false if there is none such.
    pub(crate) fn remove(&self, binding: &Binding) -> bool {
        let mut bindings = self.bindings.lock();
        let at = bindings.iter().position(|(_, known)| known == binding);
        // Bound again later, it has not missed what came in between.
        self.sequences.lock().forget();
        at.map(|at| self.index.remove(bindings.swap_remove(at).0))
            .is_some()
    }

    /// The filters some bindings need, as this subscription subscribes to them.
    pub(crate) fn filters(&self, bindings: &[Binding]) -> BTreeSet<Filter> {
        let group = self.rules.group.as_ref();
        let paths = subscribed(bindings, group.map(Membership::name));
        paths.into_iter().map(|path| Filter { path }).collect()
    }

    /// Takes up a retry the broker kept.
    pub(crate) fn take_up(&self, envelope: Envelope, topic: String, story: &Story, due: Instant) {
        let entry = Entry {
            envelope,
            attempt: story.attempt,
            origin: Origin::Kept { topic },
            retained: false,
            first: story.first,
        };
        self.inbox.push_later(entry, due);
    }

    /// Ends the supply. What is in hand may still be settled; the connection goes with the last of
    /// it.
    pub(crate) fn leave(&self) {
        self.inbox.end(Ok(()));
        self.close_if_idle();
    }

    pub(super) fn close_if_idle(&self) {
        if self.inbox.has_ended()
            && !self.inbox.is_in_use()
            && let Some(link) = self.link.get()
        {
            link.begin_close();
        }
    }

    /// Ends the supply and the connection.
    pub(crate) async fn close(&self) {
        self.inbox.end(Ok(()));
        if let Some(link) = self.link.get() {
            link.close().await;
        }
    }

    fn is_wanted(&self, envelope: &Envelope) -> bool {
        let subject = Subject {
            name: envelope.headers().text("name"),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        let mut found = Vec::new();
        self.index.matches_into(&subject, &mut found);
        !found.is_empty()
    }

    /// With another member in the group, events left out may have come there.
    fn look_at_others(&self, message: &Message) {
        let group = self.rules.group.as_ref();
        if group.is_some_and(|group| group.is_another(&message.topic)) {
            self.sequences.lock().share();
        }
    }

    /// Reads a message, if it is for this subscription.
    fn read(&self, message: Message) -> Option<(Envelope, bool)> {
        let again = self.rules.group.as_ref().map(|group| group.again());
        let replayed = again == Some(message.topic.as_str());
        if message.topic.starts_with(OWN) && !replayed {
            self.look_at_others(&message);
            return None;
        }
        // A replay is a new event, however it was kept before.
        let kept = message.retain && !replayed;
        let message = message.unpack();
        if let Some(stamp) = message.stamp() {
            if let Some(number) = stamp.number.filter(|_| !message.retain) {
                let (topic, now) = (&message.topic, Instant::now());
                let mut sequences = self.sequences.lock();
                sequences.follow(stamp.publisher, topic, number, now);
            }
            if self.rules.no_local && stamp.publisher == self.client.name() {
                return None;
            }
        }
        match decode(&message) {
            Ok(envelope) if replayed || self.is_wanted(&envelope) => Some((envelope, kept)),
            Ok(_) => None,
            Err(foreign) => {
                tracing::warn!(
                    topic = message.topic,
                    reason = foreign.0,
                    "a message cannot be delivered"
                );
                None
            }
        }
    }
}

impl Inlet for Member {
    fn incoming(&self, arrival: Arrival) -> AckNow {
        let Arrival {
            message,
            pkid,
            dup,
            generation,
        } = arrival;
        let Some((envelope, retained)) = self.read(message) else {
            return AckNow::Yes;
        };
        let at_broker = self.rules.group.is_some() && pkid != 0;
        let begun = match dup && at_broker {
            true => Some(self.inbox.recall(pkid, envelope.id()).unwrap_or((1, None))),
            false => None,
        };
        let (attempts, first) = begun.unwrap_or((0, None));
        self.inbox.push(Entry {
            envelope,
            attempt: attempts + 1,
            origin: match at_broker {
                true => Origin::Link { pkid, generation },
                false => Origin::Here,
            },
            retained,
            first,
        });
        match at_broker {
            true => AckNow::Later,
            false => AckNow::Yes,
        }
    }

    fn is_full(&self) -> bool {
        // A live subscription has a bound of its own, and drops beyond it.
        self.rules.group.is_some() && self.inbox.waiting() >= MAX_WAITING
    }

    fn restored(&self, outage: Outage) {
        if !outage.resumed {
            self.sequences.lock().forget();
            let reason = match self.rules.group {
                Some(_) => "the broker lost the session",
                None => "link lost",
            };
            self.inbox
                .push_gap(Gap::new(reason).with_since(outage.since));
        }
        if let Some(group) = &self.rules.group {
            group.say_here(&self.client);
        }
    }

    fn subscriptions_were_lost(&self) {
        self.sequences.lock().forget();
        let reason = "the broker forgot the subscriptions of the session";
        self.inbox.push_gap(Gap::new(reason));
    }

    fn up(&self) {
        self.line.up();
    }

    fn beat(&self) {
        let missed = self.sequences.lock().missed(Instant::now());
        if missed > 0 {
            let reason = "the broker dropped events; look at its limits of queued messages";
            self.inbox.push_gap(Gap::new(reason).with_missed(missed));
        }
    }

    fn lost(&self, since: SystemTime, reason: &Arc<str>) {
        self.inbox.lose_link(false);
        self.line.down(since, reason);
    }

    fn ended(&self, why: Option<TransportError>) {
        self.inbox.lose_link(why.is_none());
        self.inbox.end(why.map_or(Ok(()), Err));
        self.line.up();
        if let Some(group) = &self.rules.group {
            self.client
                .remember(group.session(), self.inbox.take_memory());
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}
