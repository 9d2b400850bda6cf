use serde::{Deserialize, Serialize};
use trunkline::{Bus, HandlerError, Service, ServiceBuilder, TenantEvent};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn wrap_up(event: CallCreated) -> Result<String, HandlerError> {
    Ok(event.call_id)
}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
