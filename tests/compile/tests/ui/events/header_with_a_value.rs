use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(header = "call")]
    call_id: String,
}

fn main() {}
