//! What is known of users.

use std::collections::{BTreeMap, BTreeSet};

use mini_pbx_common::{Store, StoreError};
use serde::{Deserialize, Serialize};
use trunkline::{TenantId, UserId};
use trunkline_wazo::events::chatd::ChatdPresenceUpdated;

/// What one side of a call does; of several the last in this order is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Line {
    Ringing,
    Holding,
    Talking,
}

/// What is known of one user.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    pub(crate) sessions: BTreeSet<String>,
    pub(crate) mobile: BTreeSet<String>,
    pub(crate) calls: BTreeMap<String, Line>,
    pub(crate) do_not_disturb: bool,
}

impl Presence {
    fn state(&self) -> &'static str {
        match (self.sessions.is_empty(), self.do_not_disturb) {
            (true, _) => "unavailable",
            (false, true) => "away",
            (false, false) => "available",
        }
    }

    fn line_state(&self) -> &'static str {
        match self.calls.values().max() {
            None => "available",
            Some(Line::Ringing) => "ringing",
            Some(Line::Holding) => "holding",
            Some(Line::Talking) => "talking",
        }
    }

    /// What others see of it.
    pub(crate) fn told(&self, tenant: &TenantId, user: &UserId) -> ChatdPresenceUpdated {
        ChatdPresenceUpdated {
            uuid: Some(user.as_str().into()),
            tenant_uuid: Some(tenant.as_str().into()),
            state: Some(self.state().to_owned()),
            status: Some(String::new()),
            line_state: Some(self.line_state().to_owned()),
            mobile: Some(!self.mobile.is_empty()),
            do_not_disturb: Some(self.do_not_disturb),
            connected: Some(!self.sessions.is_empty()),
            lines: Some(Vec::new()),
            ..ChatdPresenceUpdated::default()
        }
    }
}

/// What is known of everybody. Users of two tenants may have the same id, and are two.
#[derive(Debug)]
pub(crate) struct Presences(pub(crate) Store<Presence>);

impl Presences {
    pub(crate) fn get(&self, tenant: &TenantId, user: &UserId) -> Presence {
        self.0.get(&key(tenant, user)).unwrap_or_default()
    }

    pub(crate) async fn put(
        &self,
        tenant: &TenantId,
        user: &UserId,
        presence: Presence,
    ) -> Result<(), StoreError> {
        self.0.put(&key(tenant, user), presence).await
    }
}

fn key(tenant: &TenantId, user: &UserId) -> String {
    format!("{tenant} {user}")
}
