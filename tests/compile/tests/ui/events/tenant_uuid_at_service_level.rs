use serde::{Deserialize, Serialize};
use trunkline::ServiceEvent;

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(routing_key = "calls.{tenant_uuid}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
