use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    #[event(heeder)]
    call_id: String,
}

fn main() {}
