use serde::{Deserialize, Serialize};
use trunkline::{Addressed, MultiUserEvent, TenantId, UserEvent, UserId};

#[derive(Serialize, Deserialize, UserEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId, users: Vec<UserId>) -> Addressed<CallCreated> {
    event.for_users(tenant, users)
}

fn main() {}
