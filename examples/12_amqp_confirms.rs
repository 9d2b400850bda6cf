//! Needs RabbitMQ. `publish` returns when the broker has confirmed that it owns the event, and says
//! whether anybody is bound to it. Many at once share one window of confirms; each has its answer.
//!
//! Run it, where RabbitMQ is not on this machine with AMQP_URL=amqp://user:password@host/vhost:
//!     cargo run -p trunkline-examples --bin 12_amqp_confirms
//!
//! It prints:
//!     invoice 1: Unroutable
//!     invoice 2: Routed
//!     1000 more at once: 1000 confirmed
//!     the broker keeps them while nobody is there
//!     the next worker finds 1001

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use trunkline::{Bus, Ending, Receipt, Routing, RunningService, Service, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "invoice_written", routing_key = "invoices.{number}.written")]
struct InvoiceWritten {
    number: u32,
}

async fn print(_invoice: InvoiceWritten) {}

async fn worker(bus: &Bus) -> Result<RunningService, Box<dyn std::error::Error>> {
    let printing = Service::builder("example-printing", bus.clone()).on(print);
    Ok(printing.build()?.start().await?)
}

/// Publishes an invoice. An error would say whether the same call may succeed later; a link that is
/// lost meanwhile is waited for, and what had no confirm is sent again with the same id.
async fn write(bus: &Bus, number: u32) -> Result<Receipt, trunkline::PublishError> {
    bus.publisher().publish(&InvoiceWritten { number }).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let broker = std::env::var("AMQP_URL");
    let broker = broker.unwrap_or_else(|_| "amqp://guest:guest@localhost:5672/".to_owned());
    let bus = trunkline::connect(&format!("{broker}?exchange=examples")).await?;
    bus.transport().remove_group("example-printing").await?; // of a run that was cut short

    println!("invoice 1: {:?}", write(&bus, 1).await?.routing);
    // A worker makes a durable queue of its group's name, and leaves it behind.
    worker(&bus).await?.drain().await?;
    println!("invoice 2: {:?}", write(&bus, 2).await?.routing);

    let receipts = try_join_all((3..1003).map(|number| write(&bus, number))).await?;
    let routed = receipts
        .iter()
        .filter(|receipt| receipt.routing == Routing::Routed);
    println!("1000 more at once: {} confirmed", routed.count());

    println!("the broker keeps them while nobody is there");
    let worker = worker(&bus).await?;
    worker.handle().settled(1001).await;
    println!(
        "the next worker finds {}",
        worker.handle().ended(&Ending::Acked)
    );
    worker.drain().await?;

    bus.transport().remove_group("example-printing").await?;
    bus.close().await?;
    Ok(())
}
