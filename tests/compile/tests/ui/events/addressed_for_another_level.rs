use serde::{Deserialize, Serialize};
use trunkline::{Addressed, Audience, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated) -> Addressed<CallCreated> {
    Addressed::new(event, Audience::Service)
}

fn main() {}
