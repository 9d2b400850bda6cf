use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(crate = "a b")]
struct CallCreated {
    call_id: String,
}

fn main() {}
