use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(name = "call_created")]
    call_id: String,
}

fn main() {}
