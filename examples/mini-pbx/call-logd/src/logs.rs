//! Calls, and what those that have ended add up to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use mini_pbx_common::{Store, StoreError};
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

impl Totals {
    fn add(&mut self, conversation: &Conversation) {
        self.calls += 1;
        self.answered += u64::from(conversation.answered().is_some());
        self.talked += conversation.talked();
    }
}

/// One user's side of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conversation {
    pub(crate) tenant: TenantId,
    pub(crate) sides: BTreeMap<String, Side>,
    /// The number of its log, once that has been told.
    pub(crate) log: Option<i64>,
}

impl Conversation {
    fn of(tenant: &TenantId) -> Self {
        Self {
            tenant: tenant.clone(),
            sides: BTreeMap::new(),
            log: None,
        }
    }

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

/// What is remembered; cloning names the same.
#[derive(Debug, Clone)]
pub struct Logs {
    conversations: Arc<Store<Conversation>>,
    summary: Arc<Mutex<Summary>>,
    /// How many calls have been logged.
    logged: watch::Sender<u64>,
}

/// What the conversations add up to.
#[derive(Debug, Default)]
struct Summary {
    totals: BTreeMap<TenantId, Totals>,
    last_log: i64,
}

impl Logs {
    /// Goes on from what is remembered.
    pub fn new(conversations: Store<Conversation>) -> Self {
        let (mut summary, mut logged) = (Summary::default(), 0);
        for (_, conversation) in conversations.all() {
            let Some(log) = conversation.log else {
                continue;
            };
            let totals = summary.totals.entry(conversation.tenant.clone());
            totals.or_default().add(&conversation);
            summary.last_log = summary.last_log.max(log);
            logged += 1;
        }
        Self {
            conversations: Arc::new(conversations),
            summary: Arc::new(Mutex::new(summary)),
            logged: watch::Sender::new(logged),
        }
    }

    fn summary(&self) -> MutexGuard<'_, Summary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a tenant's calls add up to.
    pub fn totals(&self, tenant: &TenantId) -> Totals {
        let summary = self.summary();
        summary.totals.get(tenant).copied().unwrap_or_default()
    }

    /// Waits until this many calls have been logged, of all tenants together.
    pub async fn reached(&self, calls: u64) {
        let mut logged = self.logged.subscribe();
        // The sender is ours and lives as long as we do.
        let _ = logged.wait_for(|logged| *logged >= calls).await;
    }

    pub(crate) fn conversation(&self, tenant: &TenantId, id: &str) -> Conversation {
        let known = self.conversations.get(&key(tenant, id));
        known.unwrap_or_else(|| Conversation::of(tenant))
    }

    pub(crate) async fn keep(
        &self,
        id: &str,
        conversation: Conversation,
    ) -> Result<(), StoreError> {
        let key = key(&conversation.tenant, id);
        self.conversations.put(&key, conversation).await
    }

    pub(crate) fn next_log(&self) -> i64 {
        let mut summary = self.summary();
        summary.last_log += 1;
        summary.last_log
    }

    /// Adds a call whose log has been told.
    pub(crate) async fn add(
        &self,
        id: &str,
        mut conversation: Conversation,
        log: i64,
    ) -> Result<(), StoreError> {
        conversation.log = Some(log);
        self.keep(id, conversation.clone()).await?;
        let tenant = conversation.tenant.clone();
        let mut summary = self.summary();
        summary.totals.entry(tenant).or_default().add(&conversation);
        drop(summary);
        self.logged.send_modify(|logged| *logged += 1);
        Ok(())
    }
}

fn key(tenant: &TenantId, id: &str) -> String {
    format!("{tenant} {id}")
}
