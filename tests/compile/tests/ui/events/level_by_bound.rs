use serde::{Deserialize, Serialize};
use trunkline::{ServiceEvent, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn announce<E: ServiceEvent>(_: E) {}

fn announce_call(event: CallCreated) {
    announce(event);
}

fn main() {}
