use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "call_*")]
struct CallCreated {
    call_id: String,
}

fn main() {}
