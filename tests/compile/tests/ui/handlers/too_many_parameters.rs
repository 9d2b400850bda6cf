use serde::{Deserialize, Serialize};
use trunkline::{Bus, Context, Envelope, EventId, EventName, Publisher, Service, ServiceBuilder, TenantEvent, TenantId};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

async fn wrap_up(
    _event: CallCreated,
    _1: Context,
    _2: Envelope,
    _3: Publisher,
    _4: TenantId,
    _5: EventId,
    _6: EventName,
) {
}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
