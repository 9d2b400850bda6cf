use serde::{Deserialize, Serialize};
use trunkline::{Addressed, ServiceEvent, TenantEvent, TenantId};

#[derive(Serialize, Deserialize, ServiceEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId) -> Addressed<CallCreated> {
    event.for_tenant(tenant)
}

fn main() {}
