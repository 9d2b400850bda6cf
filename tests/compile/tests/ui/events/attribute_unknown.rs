use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_kee = "calls.{call_id}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
