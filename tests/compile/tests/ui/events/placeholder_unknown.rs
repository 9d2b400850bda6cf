use serde::{Deserialize, Serialize};
use trunkline::ServiceEvent;

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(routing_key = "calls.{extension}", required_acl = "events.calls.{context}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
