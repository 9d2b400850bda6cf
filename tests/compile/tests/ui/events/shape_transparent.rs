use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[serde(transparent)]
struct CallCreated {
    call_id: String,
}

fn main() {}
