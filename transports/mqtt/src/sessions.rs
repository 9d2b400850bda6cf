//! The sessions that members of this client have at the broker.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use crate::client::Client;
use crate::link::LinkState;
use crate::subscription::{Member, Memory};
use crate::sync::Mutex;

/// The sessions of a client's members, by name.
pub(crate) type Sessions = Mutex<HashMap<String, Session>>;

/// A session of a group's member, as this client knows it.
pub(crate) struct Session {
    member: Weak<Member>,
    state: Option<watch::Receiver<LinkState>>,
    memory: Memory,
}

impl Client {
    /// Names of the sessions this client may have in a group: its own, whoever is in them.
    pub(crate) fn possible_sessions(&self, group: &str) -> BTreeSet<String> {
        (1..=64).map(|n| self.session_name(group, n)).collect()
    }

    fn session_name(&self, group: &str, number: u32) -> String {
        match number {
            1 => format!("{}~{group}", self.name()),
            n => format!("{}~{group}~{n}", self.name()),
        }
    }

    /// Sessions of this client that are members of a group now.
    pub(crate) fn sessions_of(&self, group: &str) -> BTreeSet<String> {
        let sessions = self.sessions().lock();
        let names = self.possible_sessions(group).into_iter();
        names
            .filter(|name| sessions.get(name).is_some_and(Session::is_member))
            .collect()
    }

    /// Finds a session that no member has, and what is known of its deliveries. One whose member has
    /// left with work in hand ends here.
    pub(crate) async fn free_session(&self, group: &str) -> (String, Memory) {
        let mut number = 1;
        loop {
            let name = self.session_name(group, number);
            let (member, state) = {
                let sessions = self.sessions().lock();
                match sessions.get(&name) {
                    None => return (name, Memory::new()),
                    Some(session) if session.is_member() => {
                        number += 1;
                        continue;
                    }
                    Some(session) => (session.member.upgrade(), session.state.clone()),
                }
            };
            if let Some(member) = member {
                member.close().await;
            }
            if let Some(mut state) = state {
                let _ = state.wait_for(|state| *state == LinkState::Ended).await;
            }
            let mut sessions = self.sessions().lock();
            let memory = sessions
                .get_mut(&name)
                .map(|known| std::mem::take(&mut known.memory));
            return (name, memory.unwrap_or_default());
        }
    }

    pub(crate) fn occupy(
        &self,
        session: &str,
        member: &Arc<Member>,
        state: watch::Receiver<LinkState>,
    ) {
        self.note(member);
        let session_of = Session {
            member: Arc::downgrade(member),
            state: Some(state),
            memory: Memory::new(),
        };
        self.sessions()
            .lock()
            .insert(session.to_owned(), session_of);
    }

    /// Keeps what a session's next member wants to know.
    pub(crate) fn remember(&self, session: &str, memory: Memory) {
        if let Some(session) = self.sessions().lock().get_mut(session) {
            session.memory = memory;
        }
    }

    /// Forgets a session that is gone from the broker.
    pub(crate) fn forget(&self, session: &str) {
        self.sessions().lock().remove(session);
    }
}

impl Session {
    fn is_member(&self) -> bool {
        let member = self.member.upgrade();
        member.is_some_and(|member| !member.inbox().has_ended())
    }
}
