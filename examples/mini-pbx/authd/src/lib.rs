//! `authd`: who there is. It makes tenants of orders, and sessions of people who log in.

mod directory;
mod handlers;

use mini_pbx_common::Store;
use trunkline::{Bus, Lanes, Service, ServiceBuilder};

use directory::Directory;
pub use directory::Sessions;

/// The service, as the program starts it and as the tests do, with what it remembers.
pub fn service(bus: Bus, tenants: Store<Sessions>) -> ServiceBuilder {
    Service::builder("authd", bus)
        .state(Directory(tenants))
        // What one user does stays in order; a tenant's first user may come before the tenant.
        .lanes(Lanes::by_tenant())
        .on(handlers::tenant_ordered)
        .on(handlers::user_arrived)
        .on(handlers::user_left)
}
