use serde::{Deserialize, Serialize};
use trunkline::{Bus, Context, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn wrap_up(_context: Context, _event: CallCreated) {}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
