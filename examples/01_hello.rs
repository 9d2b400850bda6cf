//! The smallest service: one event, one handler.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 01_hello
//!
//! It prints:
//!     a call from 1001 has begun

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use trunkline::{Service, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(
    name = "call_created",
    service = "calld",
    routing_key = "calls.{call_id}.created"
)]
struct CallCreated {
    call_id: String,
    caller: String,
}

async fn greet(call: CallCreated) {
    println!("a call from {} has begun", call.caller);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let greeter = Service::builder("greeter", bus.clone())
        .on(greet)
        .build()?
        .start()
        .await?;

    let call = CallCreated {
        call_id: "42".into(),
        caller: "1001".into(),
    };
    bus.publisher().publish(&call).await?;

    greeter.handle().settled(1).await;
    greeter.drain().await?;
    Ok(())
}
