use std::convert::Infallible;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trunkline::{
    Audience, Bus, Context, Data, Envelope, EventId, EventName, HandlerError, Publisher, Service,
    ServiceBuilder, State, TenantEvent, TenantId,
};

#[derive(Serialize, Deserialize, TenantEvent)]
struct CallCreated {
    call_id: String,
}

struct Store;

async fn alone(_event: CallCreated) {}

async fn with_all_six(
    event: CallCreated,
    _context: Context,
    publisher: Publisher,
    State(_store): State<Store>,
    tenant: TenantId,
    _id: Option<EventId>,
) -> Result<(), HandlerError> {
    publisher.publish(&event.for_tenant(tenant)).await?;
    Ok(())
}

async fn with_an_error_of_its_own(_event: CallCreated) -> Result<(), std::io::Error> {
    Ok(())
}

async fn that_cannot_fail(_event: CallCreated) -> Result<(), Infallible> {
    Ok(())
}

async fn of_nothing() {}

async fn raw_with_all_six(
    _envelope: Envelope,
    _name: EventName,
    _audience: Audience,
    _publisher: Publisher,
    _store: State<Store>,
    _data: Data<serde_json::Value>,
) {
}

fn not_async_but_a_future(_event: CallCreated) -> impl Future<Output = ()> + Send {
    std::future::ready(())
}

fn build(bus: Bus) -> ServiceBuilder {
    let shared = Arc::new(Store);
    Service::builder("calld", bus)
        .state(Store)
        .on(alone)
        .on(with_all_six)
        .on(with_an_error_of_its_own)
        .on(that_cannot_fail)
        .on(not_async_but_a_future)
        .on(|_event: CallCreated| async {})
        .on(async |_event: CallCreated| Ok::<(), HandlerError>(()))
        .on_name("call_*", of_nothing)
        .on_name("call_*", raw_with_all_six)
        .on_name("call_*", move |_context: Context| {
            let shared = Arc::clone(&shared);
            async move { drop(shared) }
        })
}

fn main() {
    let _ = build;
}
