use serde::{Deserialize, Serialize};
use trunkline::{MultiUserEvent, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(routing_key = "auth.{tenant_uuid}.{user_uuid}")]
struct TenantAdded {
    tenant_uuid: String,
    user_uuid: String,
}

#[derive(Serialize, Deserialize, MultiUserEvent)]
#[event(routing_key = "switchboards.{tenant_uuid}.{user_uuid}")]
struct MemberAdded {
    user_uuid: String,
}

fn main() {}
