//! SIGTERM drains: nothing new is taken, what runs may finish, what was not begun goes back to the
//! group at no attempt's cost, and the next member finds it there.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 10_graceful_shutdown
//!
//! It prints:
//!     copying tape 1
//!     told to end: draining
//!     tape 1 is copied
//!     DrainReport { finished: 1, handed_back: 2, cancelled: 0 }
//!     copying tape 2
//!     tape 2 is copied
//!     copying tape 3
//!     tape 3 is copied

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use trunkline::{Bus, Health, Lanes, RunningService, Service, ServiceEvent, State};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "tape_full", routing_key = "tapes.{tape}.full")]
struct TapeFull {
    tape: u32,
}

/// Told when a copy has begun.
struct Begun(Arc<Notify>);

async fn copy(full: TapeFull, begun: State<Begun>) {
    println!("copying tape {}", full.tape);
    begun.0.0.notify_one();
    tokio::time::sleep(Duration::from_millis(50)).await;
    println!("tape {} is copied", full.tape);
}

async fn copying(bus: &Bus, begun: &Arc<Notify>) -> Result<RunningService, Error> {
    let copying = Service::builder("copying", bus.clone())
        .on(copy)
        .state(Begun(Arc::clone(begun)))
        .lanes(Lanes::one())
        .drain_timeout(Duration::from_secs(10)); // what runs longer is cut short, and tried again
    Ok(copying.build()?.start().await?)
}

type Error = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let bus = trunkline::connect("memory:").await?;
    let begun = Arc::new(Notify::new());
    let service = copying(&bus, &begun).await?;
    for tape in 1..=3 {
        bus.publisher().publish(&TapeFull { tape }).await?;
    }

    // What systemd, Kubernetes or Ctrl-C do, done here to ourselves once the first copy runs.
    let stopping = async {
        begun.notified().await;
        let id = std::process::id().to_string();
        std::process::Command::new("kill").arg(id).status()
    };
    let (told, sent) = tokio::join!(trunkline::shutdown_signal(), stopping);
    told.and(sent)?;
    println!("told to end: draining");
    let handle = service.handle();
    println!("{:?}", service.drain().await?);
    assert_eq!(handle.health(), Health::Closed);

    let next = copying(&bus, &begun).await?;
    next.handle().settled(2).await;
    next.drain().await?;
    Ok(())
}
