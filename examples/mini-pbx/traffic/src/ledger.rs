//! What should come of it all.

use std::collections::BTreeMap;
use std::time::Duration;

use trunkline::TenantId;

/// What a tenant's calls should add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expected {
    /// Calls that were made.
    pub calls: u64,
    /// Those of them that were answered.
    pub answered: u64,
    /// Time talked.
    pub talked: Duration,
}

/// What should come of it all, by tenant.
pub type Ledger = BTreeMap<TenantId, Expected>;
