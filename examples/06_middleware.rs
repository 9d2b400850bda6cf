//! Any `tower` layer goes around handlers: here one of `tower`'s own that limits how many run at
//! once, and one of ours that refuses events from strangers before any handler sees them.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 06_middleware
//!
//! It prints:
//!     opening door 1 for acme
//!     opening door 3 for acme
//!     refused: `mallory` is not a customer

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use tower::limit::ConcurrencyLimitLayer;
use tower::{BoxError, ServiceBuilder, filter::FilterLayer};
use trunkline::{Context, Service, TenantEvent, TenantId};

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "door_rang", routing_key = "doors.{door}.rang")]
struct DoorRang {
    door: u32,
}

async fn open(ring: DoorRang, tenant: TenantId) {
    println!("opening door {} for {tenant}", ring.door);
}

/// Lets customers' events pass. What a layer refuses is tried again as what a handler refuses is,
/// as often as the service's policy says: here never.
fn customers_alone(event: Context) -> Result<Context, BoxError> {
    let audience = event.audience()?;
    match audience.tenant() {
        Some(tenant) if tenant.as_str() == "acme" => Ok(event),
        Some(tenant) => Err(format!("`{tenant}` is not a customer").into()),
        None => Err("the event has no tenant".into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let porter = Service::builder("porter", bus.clone())
        .layer(
            ServiceBuilder::new()
                .layer(FilterLayer::new(customers_alone))
                .layer(ConcurrencyLimitLayer::new(8)),
        )
        .retry(trunkline::RetryPolicy::none())
        .on(open)
        .build()?
        .start()
        .await?;

    let out = bus.publisher();
    for (door, tenant) in [(1, "acme"), (2, "mallory"), (3, "acme")] {
        out.publish(&DoorRang { door }.for_tenant(tenant)).await?;
    }
    porter.handle().settled(3).await;
    porter.drain().await?;
    let letters = bus.transport().dead_letters("porter").await?;
    for letter in letters.list(None, 10).await? {
        println!("refused: {}", letter.error);
    }
    Ok(())
}
