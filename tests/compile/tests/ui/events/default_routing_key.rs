use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = ".call_created", service = "calld")]
struct CallCreated {
    call_id: String,
}

fn main() {}
