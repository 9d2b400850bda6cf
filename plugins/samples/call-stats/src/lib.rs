//! Counts calls tenant by tenant, and publishes a summary after every few that ended.
//!
//! Shows typed events, an asynchronous handler, state, publishing back, metrics and `tracing`.
//!
//! ```toml
//! # call-stats.toml
//! [config]
//! every = 10
//! ```

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;
use trunkline_plugin::{Context, Host, Result, TenantId, export_plugin};

/// A call began.
#[derive(Debug, Clone, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_created", routing_key = "calls.{call_id}.created")]
pub struct CallCreated {
    /// The call.
    pub call_id: String,
}

/// A call ended.
#[derive(Debug, Clone, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_ended", routing_key = "calls.{call_id}.ended")]
pub struct CallEnded {
    /// The call.
    pub call_id: String,
}

/// What was counted so far for one tenant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_stats_counted", routing_key = "stats.calls")]
pub struct CallStatsCounted {
    /// Calls that began.
    pub created: u64,
    /// Calls that ended.
    pub ended: u64,
}

/// What `[config]` holds.
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
        tracing::info!(every = config.every, "counting calls");
        Ok(Self {
            every: config.every.max(1),
            tenants: Mutex::default(),
        })
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, CallStatsCounted>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never waits, and so is declared `inline`: it costs its host a function call.
    fn created(&self, _: CallCreated, cx: &Context) -> Result {
        let tenant = cx.tenant()?;
        self.tenants().entry(tenant).or_default().created += 1;
        Ok(())
    }

    async fn ended(&self, _: CallEnded, cx: &Context) -> Result {
        let tenant = cx.tenant()?;
        let counted = {
            let mut tenants = self.tenants();
            let counted = tenants.entry(tenant.clone()).or_default();
            counted.ended += 1;
            counted.clone()
        };
        cx.count("calls_ended", 1);
        if counted.ended.is_multiple_of(self.every) {
            tracing::debug!(%tenant, ended = counted.ended, "summary");
            cx.publish(&counted.for_tenant(tenant)).await?;
        }
        Ok(())
    }
}

export_plugin! {
    CallStats {
        CallCreated => created { inline },
        CallEnded => ended,
    }
    publishes ["call_stats_counted"]
}
