use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(header = "call_id")]
struct CallCreated {
    call_id: String,
}

fn main() {}
