use serde::{Deserialize, Serialize};
use trunkline::MultiUserEvent;

#[derive(Serialize, Deserialize, MultiUserEvent)]
#[event(required_acl = "events.calls.{user_uuid}")]
struct CallCreated {
    call_id: String,
}

fn main() {}
