use serde::{Deserialize, Serialize};
use trunkline::{MultiUserEvent, ServiceEvent, TenantEvent, UserEvent};

// The order of the derives is free.
#[derive(ServiceEvent, Serialize, Deserialize)]
struct Reloaded;

#[derive(Serialize, TenantEvent, Deserialize)]
struct QueuePaused {}

#[derive(Serialize, Deserialize, UserEvent)]
pub(crate) struct CallAnswered {
    pub call_id: String,
}

#[derive(Serialize, Deserialize, MultiUserEvent)]
pub struct RoomClosed {
    pub room: String,
}

fn main() {}
