use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
    #[serde(rename = "call_id")]
    id: String,
}

fn main() {}
