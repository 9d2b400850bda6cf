//! Members of a group share its events, and what is unread waits for the next member; a live
//! subscription has a copy of its own of everything, while it lives.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 04_groups
//!
//! It prints:
//!     published 6
//!     the two workers share 6
//!     the screen saw 6
//!     published 2 while no worker was there
//!     the next worker finds 2

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use trunkline::{Bus, Ending, RunningService, Service, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "fax_arrived", routing_key = "faxes.{number}.arrived")]
struct FaxArrived {
    number: u32,
}

async fn handle(_fax: FaxArrived) {
    // Others get their turn while this one works.
    tokio::task::yield_now().await;
}

/// A member of the group `fax-printing`; run it on as many machines as there is work for.
async fn worker(bus: &Bus) -> Result<RunningService, Box<dyn std::error::Error>> {
    let printing = Service::builder("fax-printing", bus.clone()).on(handle);
    Ok(printing.prefetch(1).build()?.start().await?)
}

async fn publish(bus: &Bus, numbers: std::ops::Range<u32>) -> Result<(), trunkline::PublishError> {
    for number in numbers {
        bus.publisher().publish(&FaxArrived { number }).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let (one, two) = (worker(&bus).await?, worker(&bus).await?);
    // Every screen is to show every fax, so it is in no group.
    let screen = Service::builder("screen", bus.clone()).live().on(handle);
    let screen = screen.build()?.start().await?;

    publish(&bus, 0..6).await?;
    println!("published 6");
    screen.handle().settled(6).await;
    let handles = [one.handle(), two.handle()];
    // Each has done its share once it has drained.
    one.drain().await?;
    two.drain().await?;
    let shares = handles.map(|worker| worker.ended(&Ending::Acked));
    println!("the two workers share {}", shares.iter().sum::<u64>());
    println!("the screen saw {}", screen.handle().ended(&Ending::Acked));
    screen.drain().await?;

    publish(&bus, 6..8).await?;
    println!("published 2 while no worker was there");
    let next = worker(&bus).await?;
    next.handle().settled(2).await;
    println!(
        "the next worker finds {}",
        next.handle().ended(&Ending::Acked)
    );
    next.drain().await?;
    Ok(())
}
