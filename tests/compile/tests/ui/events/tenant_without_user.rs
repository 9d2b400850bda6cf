use serde::{Deserialize, Serialize};
use trunkline::{Addressed, UserEvent};

#[derive(Serialize, Deserialize, UserEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated) -> Addressed<CallCreated> {
    event.for_user("tenant-1")
}

fn main() {}
