//! Lanes keep the events of one call in order while those of other calls run beside them.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 07_lanes
//!
//! It prints:
//!     call 17: ringing
//!     call 18: ringing
//!     call 18: answered
//!     call 18: ended
//!     call 17: answered
//!     call 17: ended

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline::{Lanes, Service, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "call_changed", routing_key = "calls.{call}.{state}")]
struct CallChanged {
    call: u32,
    state: String,
}

async fn follow(change: CallChanged) {
    println!("call {}: {}", change.call, change.state);
    if change.call == 17 && change.state == "ringing" {
        // A slow lookup. What else happens to call 17 waits for it; call 18 does not.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    let switchboard = Service::builder("switchboard", bus.clone())
        .on(follow)
        // A lane for each call: the second word of `calls.17.ringing`, counted from zero.
        .lanes(Lanes::by_segment(1))
        .build()?
        .start()
        .await?;

    for state in ["ringing", "answered", "ended"] {
        for call in [17, 18] {
            let state = state.to_owned();
            bus.publisher()
                .publish(&CallChanged { call, state })
                .await?;
        }
    }
    switchboard.handle().settled(6).await;
    switchboard.drain().await?;
    Ok(())
}
