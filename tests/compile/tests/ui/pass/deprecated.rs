//! A deprecated event, or field of one, warns where it is used and not where it is derived.

#![deny(warnings)]

use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[deprecated = "use `CallCreated`"]
#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "calls.{call_id}")]
pub struct CallNew {
    pub call_id: String,
}

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "calls.{call_id}")]
pub struct CallCreated {
    #[deprecated = "use `id`"]
    pub call_id: String,
    pub id: String,
}

fn main() {}
