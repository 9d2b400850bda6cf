use serde::{Deserialize, Serialize};
use trunkline::UserEvent;

#[derive(Serialize, Deserialize, UserEvent)]
#[event(name = "call_created", service = "calld", crate = "::trunkline")]
#[event(
    routing_key = "calls.{call_id}.{line[id]}.{tenant_uuid}.{user_uuid}.{name}.{{created}}",
    required_acl = "events.calls.{user_uuid}",
    alias = "call_new",
    alias = ["call_started", "call_begun",],
)]
struct CallCreated {
    #[event(header)]
    call_id: String,
    line: Line,
}

#[derive(Serialize, Deserialize)]
struct Line {
    id: u32,
}

fn main() {}
