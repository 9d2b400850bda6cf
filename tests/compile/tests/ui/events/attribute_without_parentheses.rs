use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event = "call_created"]
struct CallCreated {
    call_id: String,
}

fn main() {}
