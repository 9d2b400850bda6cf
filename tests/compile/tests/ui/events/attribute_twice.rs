use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "call_created", service = "calld")]
#[event(name = "call_new")]
struct CallCreated {
    call_id: String,
}

fn main() {}
