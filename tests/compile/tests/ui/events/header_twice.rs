use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(header, header)]
    call_id: String,
}

fn main() {}
