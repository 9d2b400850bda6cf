use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(required_acl = "events.{call.id}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
