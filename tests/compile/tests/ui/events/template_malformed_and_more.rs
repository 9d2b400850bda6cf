use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

// Of a template that cannot be read nothing else is said.
#[derive(Serialize, Deserialize, TenantEvent)]
#[event(routing_key = "calls..{call_id.*")]
struct CallCreated {
    call_id: String,
}

fn main() {}
