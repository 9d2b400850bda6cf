use serde::{Deserialize, Serialize};
use trunkline::{MultiUserEvent, Publisher};

#[derive(Serialize, Deserialize, MultiUserEvent)]
struct CallCreated {
    call_id: String,
}

async fn publish(publisher: Publisher, event: CallCreated) {
    let _ = publisher.publish(&event).await;
}

fn main() {}
