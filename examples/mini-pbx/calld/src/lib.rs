//! `calld`: the life of calls. It follows what Asterisk says of channels, as wazo-amid passes it on,
//! and tells it as calls of users.

mod ami;
mod calls;
mod handlers;
mod told;

use mini_pbx_common::Store;
use trunkline::{Bus, Lanes, Service, ServiceBuilder};

pub use calls::Call;
use calls::Calls;

/// The service, as the program starts it and as the tests do, with what it remembers.
pub fn service(bus: Bus, calls: Store<Call>) -> ServiceBuilder {
    Service::builder("calld", bus)
        .state(Calls(calls))
        // What happens to one call stays in order; calls run beside each other.
        .lanes(Lanes::by(ami::call_of))
        .on_name("Newchannel", handlers::began)
        .on_name("Newstate", handlers::changed)
        .on_name("Hold", handlers::held)
        .on_name("Unhold", handlers::resumed)
        .on_name("ParkedCall", handlers::parked)
        .on_name("UnParkedCall", handlers::unparked)
        .on_name("Hangup", handlers::hung_up)
        .on_name("UserEvent", handlers::relocated)
}
