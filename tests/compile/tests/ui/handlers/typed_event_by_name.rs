use serde::{Deserialize, Serialize};
use trunkline::{Bus, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn wrap_up(_event: CallCreated) {}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on_name("call_created", wrap_up)
}

fn main() {}
