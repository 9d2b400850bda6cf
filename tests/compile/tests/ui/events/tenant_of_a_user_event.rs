use serde::{Deserialize, Serialize};
use trunkline::{Addressed, TenantEvent, TenantId, UserEvent};

#[derive(Serialize, Deserialize, UserEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId) -> Addressed<CallCreated> {
    event.for_tenant(tenant)
}

fn main() {}
