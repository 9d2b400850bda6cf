use serde::{Deserialize, Serialize};
use trunkline::{Publisher, UserEvent};

#[derive(Serialize, Deserialize, UserEvent)]
struct CallCreated {
    call_id: String,
}

async fn publish(publisher: Publisher, event: CallCreated) {
    let _ = publisher.publish(&event).await;
}

fn main() {}
