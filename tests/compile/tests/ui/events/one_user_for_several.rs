use serde::{Deserialize, Serialize};
use trunkline::{Addressed, MultiUserEvent, TenantId, UserId};

#[derive(Serialize, Deserialize, MultiUserEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId, user: UserId) -> Addressed<CallCreated> {
    event.for_users(tenant, user)
}

fn main() {}
