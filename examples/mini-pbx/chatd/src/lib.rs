//! `chatd`: who is there. It follows sessions, calls and settings, and tells what a colleague would
//! see of a user.

mod handlers;
mod presence;

use mini_pbx_common::Store;
use trunkline::{Bus, Lanes, Service, ServiceBuilder};

pub use presence::Presence;
use presence::Presences;

/// The service, as the program starts it and as the tests do, with what it remembers.
pub fn service(bus: Bus, presences: Store<Presence>) -> ServiceBuilder {
    Service::builder("chatd", bus)
        .state(Presences(presences))
        .lanes(Lanes::by_tenant())
        .on(handlers::session_created)
        .on(handlers::session_deleted)
        .on(handlers::call_created)
        .on(handlers::call_answered)
        .on(handlers::call_held)
        .on(handlers::call_resumed)
        .on(handlers::call_ended)
        .on(handlers::dnd_updated)
}
