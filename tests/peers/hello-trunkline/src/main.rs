use serde::{Deserialize, Serialize};
use trunkline::{Service, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(
    name = "order_placed",
    service = "shop",
    routing_key = "orders.{id}.placed"
)]
struct OrderPlaced {
    id: u64,
}

async fn handle(order: OrderPlaced) {
    println!("got order {}", order.id);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let service = Service::builder("orders", bus.clone()).on(handle).build()?;
    let running = service.start().await?;
    bus.publisher().publish(&OrderPlaced { id: 42 }).await?;
    running.drain().await?;
    Ok(())
}
