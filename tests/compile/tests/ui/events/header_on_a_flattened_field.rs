use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize)]
struct Call {
    call_id: String,
}

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(header)]
    #[serde(flatten)]
    call: Call,
}

fn main() {}
