#![deny(unused_must_use)]

use trunkline::{Bus, Context, Service};

async fn audit(_context: Context) {}

fn build(bus: Bus) {
    Service::builder("calld", bus).on_name("call_*", audit);
}

fn main() {}
