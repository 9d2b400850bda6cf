use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = 7)]
struct CallCreated {
    call_id: String,
}

fn main() {}
