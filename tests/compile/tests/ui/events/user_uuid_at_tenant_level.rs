use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(required_acl = "events.calls.{user_uuid}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
