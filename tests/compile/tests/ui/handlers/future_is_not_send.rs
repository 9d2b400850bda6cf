use serde::{Deserialize, Serialize};
use trunkline::{Bus, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn wrap_up(event: CallCreated) {
    let shared = std::rc::Rc::new(event);
    std::future::ready(()).await;
    drop(shared);
}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
