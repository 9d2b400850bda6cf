use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(alias = ["call_new", ""], alias = "call_new")]
struct CallCreated {
    call_id: String,
}

fn main() {}
