use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(header)]
    #[serde(rename = "x-call-id")]
    call_id: String,
}

fn main() {}
