//! Events recorded while one version of a service ran are played to its next version, before it
//! goes anywhere near the real ones. `trunkline record` and `trunkline replay` do the same with files.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 11_record_and_replay
//!
//! It prints:
//!     old rate: 50 cents
//!     recorded 3 events
//!     new rate: 37 cents

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use trunkline::{Binding, Bus, Envelope, HandlerOptions, PublishOptions, Service, State};
use trunkline::{TenantEvent, TransportError};

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "call_ended", routing_key = "calls.{call}.ended")]
struct CallEnded {
    call: u32,
    seconds: u32,
}

/// What all calls cost, in cents.
struct Bill(Arc<AtomicU32>);

async fn old_rate(call: CallEnded, bill: State<Bill>) {
    let minutes = call.seconds.div_ceil(60); // every minute begun
    bill.0.0.fetch_add(minutes * 10, Ordering::Relaxed);
}

async fn new_rate(call: CallEnded, bill: State<Bill>) {
    bill.0.0.fetch_add(call.seconds / 5, Ordering::Relaxed);
}

type Recording = Arc<Mutex<Vec<Envelope>>>;

/// A live subscription to everything: nothing of an envelope is lost, and no group is disturbed.
fn recorder(bus: &Bus, recording: &Recording) -> trunkline::ServiceBuilder {
    let recording = Arc::clone(recording);
    let keep = move |event: Envelope| {
        recording.lock().expect("nobody panics").push(event);
        std::future::ready(())
    };
    let everything = Binding::everything();
    let options = HandlerOptions::new().named("keep");
    Service::builder("recorder", bus.clone())
        .live()
        .on_binding_with(options, everything, keep)
}

async fn replay(bus: &Bus, recording: &Recording) -> Result<(), TransportError> {
    let recorded = recording.lock().expect("nobody panics").clone();
    for envelope in recorded {
        let out = bus.publisher();
        out.publish_envelope(envelope, PublishOptions::new())
            .await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (live, laboratory) = ("memory:live", "memory:laboratory");
    let (bus, recording) = (trunkline::connect(live).await?, Recording::default());
    let recorder = recorder(&bus, &recording).build()?.start().await?;
    let cents = Arc::new(AtomicU32::new(0));
    let old = Service::builder("billing", bus.clone()).on(old_rate);
    let old = old.state(Bill(Arc::clone(&cents))).build()?.start().await?;
    for (call, seconds) in [(17, 61), (18, 59), (19, 70)] {
        let ended = CallEnded { call, seconds }.for_tenant("acme");
        bus.publisher().publish(&ended).await?;
    }
    old.handle().settled(3).await;
    recorder.handle().settled(3).await;
    println!("old rate: {} cents", cents.swap(0, Ordering::Relaxed));
    println!("recorded {} events", recording.lock().expect("alone").len());

    let bus = trunkline::connect(laboratory).await?;
    let new = Service::builder("billing", bus.clone()).on(new_rate);
    let new = new.state(Bill(Arc::clone(&cents))).build()?.start().await?;
    replay(&bus, &recording).await?;
    new.handle().settled(3).await;
    println!("new rate: {} cents", cents.load(Ordering::Relaxed));
    Ok(())
}
