//! The next version of `call-stats`, which counts answered calls too.
//!
//! A crate of its own, so that both versions can be built at once and one swapped for the other:
//! an author would change the crate there is, and its version.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;
use trunkline_plugin::{Context, Host, Result, TenantId, export_plugin};

/// What was counted so far for one tenant: what readers of the first version know is still there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_stats_counted", routing_key = "stats.calls")]
pub struct CallStatsCounted {
    /// Calls that began.
    pub created: u64,
    /// Calls that were answered.
    pub answered: u64,
    /// Calls that ended.
    pub ended: u64,
}

/// What `[config]` holds, as for the first version.
#[derive(Deserialize)]
struct Config {
    /// A summary follows each time this many calls have ended. Default 10.
    #[serde(default = "ten")]
    every: u64,
}

fn ten() -> u64 {
    10
}

/// The plugin.
pub struct CallStats {
    every: u64,
    tenants: Mutex<HashMap<TenantId, CallStatsCounted>>,
}

impl CallStats {
    fn new(host: &Host) -> Result<Self> {
        let config: Config = host.config()?;
        Ok(Self {
            every: config.every.max(1),
            tenants: Mutex::default(),
        })
    }

    /// Counts, and gives what there is then.
    fn count(&self, tenant: &TenantId, what: fn(&mut CallStatsCounted)) -> CallStatsCounted {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = tenants.entry(tenant.clone()).or_default();
        what(counted);
        counted.clone()
    }

    fn created(&self, cx: &Context) -> Result {
        self.count(&cx.tenant()?, |counted| counted.created += 1);
        Ok(())
    }

    fn answered(&self, cx: &Context) -> Result {
        self.count(&cx.tenant()?, |counted| counted.answered += 1);
        Ok(())
    }

    async fn ended(&self, cx: &Context) -> Result {
        let tenant = cx.tenant()?;
        let counted = self.count(&tenant, |counted| counted.ended += 1);
        cx.count("calls_ended", 1);
        if counted.ended.is_multiple_of(self.every) {
            cx.publish(&counted.for_tenant(tenant)).await?;
        }
        Ok(())
    }
}

export_plugin! {
    CallStats {
        "call_created" => created { inline },
        "call_answered" => answered { inline },
        "call_ended" => ended,
    }
    publishes ["call_stats_counted"]
    as "call-stats" version "0.2.0"
}
