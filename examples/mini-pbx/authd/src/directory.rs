//! What authd knows.

use std::collections::BTreeSet;

use mini_pbx_common::{Store, StoreError};
use trunkline::TenantId;

/// The sessions of a tenant's users.
pub type Sessions = BTreeSet<String>;

/// Tenants, and the sessions in each.
#[derive(Debug)]
pub(crate) struct Directory(pub(crate) Store<Sessions>);

impl Directory {
    pub(crate) fn has(&self, tenant: &TenantId) -> bool {
        self.0.get(tenant.as_str()).is_some()
    }

    pub(crate) async fn add(&self, tenant: TenantId) -> Result<(), StoreError> {
        self.0.put(tenant.as_str(), Sessions::new()).await
    }

    pub(crate) fn has_session(&self, tenant: &TenantId, session: &str) -> bool {
        self.sessions(tenant).contains(session)
    }

    pub(crate) async fn open(&self, tenant: &TenantId, session: String) -> Result<(), StoreError> {
        let mut sessions = self.sessions(tenant);
        sessions.insert(session);
        self.0.put(tenant.as_str(), sessions).await
    }

    pub(crate) async fn close(&self, tenant: &TenantId, session: &str) -> Result<(), StoreError> {
        let mut sessions = self.sessions(tenant);
        sessions.remove(session);
        self.0.put(tenant.as_str(), sessions).await
    }

    fn sessions(&self, tenant: &TenantId) -> Sessions {
        self.0.get(tenant.as_str()).unwrap_or_default()
    }
}
