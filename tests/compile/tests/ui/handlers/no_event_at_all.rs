use serde::{Deserialize, Serialize};
use trunkline::{Bus, Context, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn audit(_context: Context) {}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(audit)
}

fn main() {}
