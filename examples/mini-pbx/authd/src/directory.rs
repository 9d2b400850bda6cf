//! What authd knows. A real one keeps it in a database.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use trunkline::TenantId;

/// Tenants, and the sessions in each.
#[derive(Debug, Default)]
pub(crate) struct Directory(Mutex<HashMap<TenantId, HashSet<String>>>);

impl Directory {
    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, HashSet<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has(&self, tenant: &TenantId) -> bool {
        self.tenants().contains_key(tenant)
    }

    pub(crate) fn add(&self, tenant: TenantId) {
        self.tenants().entry(tenant).or_default();
    }

    pub(crate) fn has_session(&self, tenant: &TenantId, session: &str) -> bool {
        let tenants = self.tenants();
        tenants
            .get(tenant)
            .is_some_and(|sessions| sessions.contains(session))
    }

    pub(crate) fn open(&self, tenant: &TenantId, session: String) {
        if let Some(sessions) = self.tenants().get_mut(tenant) {
            sessions.insert(session);
        }
    }

    pub(crate) fn close(&self, tenant: &TenantId, session: &str) {
        if let Some(sessions) = self.tenants().get_mut(tenant) {
            sessions.remove(session);
        }
    }
}
