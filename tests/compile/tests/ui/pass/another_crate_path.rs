//! A crate that re-exports the framework names it to the derive.

use serde::{Deserialize, Serialize};

mod platform {
    pub mod events {
        pub use trunkline::*;
    }
}

#[derive(Serialize, Deserialize, platform::events::TenantEvent)]
#[event(crate = "crate::platform::events")]
struct CallCreated {
    call_id: String,
}

fn main() {}
