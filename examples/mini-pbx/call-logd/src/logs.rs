//! Calls that are going on, and what those that ended add up to. A real one keeps it in a database.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use trunkline::{TenantId, UserId};

/// What a tenant's calls add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Calls that have ended.
    pub calls: u64,
    /// Those of them that were answered.
    pub answered: u64,
    /// Time talked, to the second.
    pub talked: Duration,
}

/// One user's side of a call.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) user: UserId,
    pub(crate) is_caller: bool,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) began: SystemTime,
    pub(crate) answered: Option<SystemTime>,
    pub(crate) ended: Option<SystemTime>,
}

/// A call: its sides by their id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation {
    pub(crate) sides: BTreeMap<String, Side>,
    /// Whether its log has been told.
    pub(crate) is_logged: bool,
}

impl Conversation {
    /// A call has two sides at least; it is over when all have ended.
    pub(crate) fn is_over(&self) -> bool {
        self.sides.len() > 1 && self.sides.values().all(|side| side.ended.is_some())
    }

    pub(crate) fn began(&self) -> Option<SystemTime> {
        self.sides.values().map(|side| side.began).min()
    }

    pub(crate) fn ended(&self) -> Option<SystemTime> {
        self.sides.values().filter_map(|side| side.ended).max()
    }

    /// Somebody is talked to once whoever was called has answered.
    pub(crate) fn answered(&self) -> Option<SystemTime> {
        let called = self.sides.values().filter(|side| !side.is_caller);
        called.filter_map(|side| side.answered).min()
    }

    pub(crate) fn talked(&self) -> Duration {
        match (self.answered(), self.ended()) {
            (Some(answered), Some(ended)) => ended.duration_since(answered).unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

/// What is kept; cloning names the same.
#[derive(Debug, Clone)]
pub struct Logs {
    kept: Arc<Mutex<Kept>>,
    /// How many calls have been logged.
    logged: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    conversations: HashMap<(TenantId, String), Conversation>,
    totals: BTreeMap<TenantId, Totals>,
    next_id: i64,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            logged: watch::Sender::new(0),
        }
    }
}

impl Logs {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a tenant's calls add up to.
    pub fn totals(&self, tenant: &TenantId) -> Totals {
        self.kept().totals.get(tenant).copied().unwrap_or_default()
    }

    /// Waits until this many calls have been logged, of all tenants together.
    pub async fn reached(&self, calls: u64) {
        let mut logged = self.logged.subscribe();
        // The sender is ours and lives as long as we do.
        let _ = logged.wait_for(|logged| *logged >= calls).await;
    }

    pub(crate) fn conversation(&self, tenant: &TenantId, id: &str) -> Conversation {
        let key = (tenant.clone(), id.to_owned());
        self.kept()
            .conversations
            .get(&key)
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn keep(&self, tenant: &TenantId, id: &str, conversation: Conversation) {
        let key = (tenant.clone(), id.to_owned());
        self.kept().conversations.insert(key, conversation);
    }

    pub(crate) fn next_id(&self) -> i64 {
        let mut kept = self.kept();
        kept.next_id += 1;
        kept.next_id
    }

    /// Adds a call whose log has been told.
    pub(crate) fn add(&self, tenant: &TenantId, id: &str, mut conversation: Conversation) {
        conversation.is_logged = true;
        let mut kept = self.kept();
        let totals = kept.totals.entry(tenant.clone()).or_default();
        totals.calls += 1;
        totals.answered += u64::from(conversation.answered().is_some());
        totals.talked += conversation.talked();
        drop(kept);
        self.keep(tenant, id, conversation);
        self.logged.send_modify(|logged| *logged += 1);
    }
}
