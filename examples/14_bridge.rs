//! A bridge between any two brokers is a service with one handler: an event is acked on one side once
//! the other side has it, so that nothing is lost on the way. `trunkline bridge` is one ready-made.
//!
//! Run it; two URLs after `--` bridge other brokers, such as mqtt://edge?client_id=bridge amqp://hub/:
//!     cargo run -p trunkline-examples --bin 14_bridge
//!
//! It prints:
//!     no bridge runs: 3 events wait at the edge
//!     the hub has door 1
//!     the hub has door 2
//!     the hub has door 3
//!     the hub has door 4
//!     door 4 rang at the hub, and is back there: 0 times

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use trunkline::{Binding, Bus, Ending, Envelope, HandlerError, HandlerOptions, PublishOptions};
use trunkline::{RunningService, Service, ServiceEvent, State};

type Error = Box<dyn std::error::Error>;

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "door_rang", routing_key = "doors.{door}.rang")]
struct DoorRang {
    door: u32,
}

/// The header that says where an event has been, so that a bridge back does not return it.
const VIA: &str = "bridged-by";

/// The other side.
struct Far(Bus);

/// Carries one event as it is: key, headers, id and body. An error means: try again, up the ladder.
async fn carry(mut event: Envelope, far: State<Far>) -> Result<(), HandlerError> {
    if event.headers().get(VIA).is_some() {
        return Ok(());
    }
    event.headers_mut().insert(VIA, "example-bridge")?;
    let out = far.0.0.publisher();
    out.publish_envelope(event, PublishOptions::new()).await?;
    Ok(())
}

/// The group keeps what happens while no bridge runs; several members share the work.
async fn bridge(from: &Bus, to: &Bus) -> Result<RunningService, Error> {
    let doors = Binding::builder().key("doors.#").build()?;
    let bridge = Service::builder("example-bridge", from.clone())
        .on_binding_with(HandlerOptions::new().named("carry"), doors, carry)
        .state(Far(to.clone()))
        .prefetch(1); // in order; more at once is faster
    Ok(bridge.build()?.start().await?)
}

async fn tell(rang: DoorRang) {
    println!("the hub has door {}", rang.door);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut urls = std::env::args().skip(1);
    let mut url = |name: &str| urls.next().unwrap_or_else(|| format!("memory:{name}"));
    let edge = trunkline::connect(&url("edge")).await?;
    let hub = trunkline::connect(&url("hub")).await?;

    let desk = Service::builder("example-desk", hub.clone())
        .live()
        .on(tell);
    let desk = desk.build()?.start().await?;
    bridge(&edge, &hub).await?.drain().await?; // the group is made; nobody is in it
    for door in 1..=3 {
        edge.publisher().publish(&DoorRang { door }).await?;
    }
    println!("no bridge runs: 3 events wait at the edge");

    let there = bridge(&edge, &hub).await?;
    desk.handle().settled(3).await;
    there.handle().settled(3).await;
    // One each way: what has been carried is not carried back.
    let back = bridge(&hub, &edge).await?;
    hub.publisher().publish(&DoorRang { door: 4 }).await?;
    back.handle().settled(1).await;
    desk.handle().settled(4).await;
    there.handle().settled(4).await;
    println!(
        "door 4 rang at the hub, and is back there: {} times",
        desk.handle().ended(&Ending::Acked) - 4
    );

    for (bridge, bus) in [(there, &edge), (back, &hub)] {
        bridge.drain().await?;
        bus.transport().remove_group("example-bridge").await?;
    }
    desk.drain().await?;
    edge.close().await?;
    hub.close().await?;
    Ok(())
}
