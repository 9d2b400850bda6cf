use serde::{Deserialize, Serialize};
use trunkline::{Addressed, TenantId, UserEvent, UserId};

#[derive(Serialize, Deserialize, UserEvent)]
struct CallCreated {
    call_id: String,
}

fn address(event: CallCreated, tenant: TenantId, user: UserId) -> Addressed<CallCreated> {
    event.for_user(user, tenant)
}

fn main() {}
