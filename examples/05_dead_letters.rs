//! A failing handler is tried again up a ladder; what still fails is kept, tells its story, and
//! can be replayed.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 05_dead_letters
//!
//! It prints:
//!     attempt 1: the printer is out of paper
//!     attempt 2: the printer is out of paper
//!     attempt 3: the printer is out of paper
//!     kept: attempts_exhausted after 3 attempts, "out of paper"
//!     attempt 1: printed invoice 7
//!     dead letters left: 0

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline::{AttemptNumber, HandlerError, RetryPolicy, Service, ServiceEvent, State};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "invoice_written", routing_key = "invoices.{number}.written")]
struct InvoiceWritten {
    number: u32,
}

struct Printer {
    has_paper: AtomicBool,
}

async fn print(
    invoice: InvoiceWritten,
    AttemptNumber(attempt): AttemptNumber,
    State(printer): State<Printer>,
) -> Result<(), HandlerError> {
    // Paper comes after the first three attempts.
    if !printer.has_paper.load(Ordering::Relaxed) {
        println!("attempt {attempt}: the printer is out of paper");
        printer.has_paper.store(attempt == 3, Ordering::Relaxed);
        return Err(HandlerError::retry("out of paper"));
    }
    println!("attempt {attempt}: printed invoice {}", invoice.number);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let printing = Service::builder("printing", bus.clone())
        .on(print)
        .state(Printer {
            has_paper: AtomicBool::new(false),
        })
        .retry(RetryPolicy::ladder([
            Duration::from_millis(20),
            Duration::from_millis(50),
        ]))
        .build()?
        .start()
        .await?;
    bus.publisher()
        .publish(&InvoiceWritten { number: 7 })
        .await?;

    let letters = bus.transport().dead_letters("printing").await?;
    printing.handle().settled(1).await;
    for letter in letters.list(None, 10).await? {
        let (reason, attempts, error) = (letter.reason, letter.attempts, &letter.error);
        println!("kept: {reason} after {attempts} attempts, {error:?}");
        letters.replay(&letter.id).await?;
    }
    // The first end was the dead letter, the second is the invoice.
    printing.handle().settled(2).await;
    printing.drain().await?;
    println!("dead letters left: {}", letters.list(None, 10).await?.len());
    Ok(())
}
