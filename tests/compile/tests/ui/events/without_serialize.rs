use serde::Deserialize;
use trunkline::TenantEvent;

#[derive(Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn main() {}
