use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "calls.*.{call_id}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
