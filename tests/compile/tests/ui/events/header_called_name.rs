use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
struct LineCreated {
    #[event(header)]
    name: String,
}

fn main() {}
