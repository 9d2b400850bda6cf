use serde::{Deserialize, Serialize};
use trunkline::{ServiceEvent, TenantEvent};

#[derive(Serialize, Deserialize, ServiceEvent, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn main() {}
