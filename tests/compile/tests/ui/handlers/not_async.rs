use serde::{Deserialize, Serialize};
use trunkline::{Bus, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

fn wrap_up(_event: CallCreated) {}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
