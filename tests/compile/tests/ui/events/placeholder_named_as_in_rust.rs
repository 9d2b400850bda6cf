use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "calls.{call_id}.created")]
#[serde(rename_all = "camelCase")]
struct CallCreated {
    call_id: String,
}

fn main() {}
