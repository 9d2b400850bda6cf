use serde::{Deserialize, Serialize};
use trunkline::{Addressed, TenantEvent, TenantId, UserEvent, UserId};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId, user: UserId) -> Addressed<CallCreated> {
    event.for_user(tenant, user)
}

fn main() {}
