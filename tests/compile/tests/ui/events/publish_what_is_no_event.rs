use serde::{Deserialize, Serialize};
use trunkline::{Publisher, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn publish(publisher: Publisher, event: String) {
    let _ = publisher.publish(&event).await;
}

fn main() {}
