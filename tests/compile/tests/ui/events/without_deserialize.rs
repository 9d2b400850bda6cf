use serde::Serialize;
use trunkline::TenantEvent;

#[derive(Serialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn main() {}
