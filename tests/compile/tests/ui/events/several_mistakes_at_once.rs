use serde::{Deserialize, Serialize};
use trunkline::TenantEvent;

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "call*", routing_key = "calls..{cal_id}", colour = "red")]
#[event(required_acl = "events.{}", alias = "")]
struct CallCreated {
    call_id: String,
}

fn main() {}
