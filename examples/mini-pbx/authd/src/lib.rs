//! `authd`: who there is. It makes tenants of orders, and sessions of people who log in.

mod directory;
mod handlers;

use trunkline::{Bus, Lanes, Service, ServiceBuilder};

use directory::Directory;

/// The service, as the program starts it and as the tests do.
pub fn service(bus: Bus) -> ServiceBuilder {
    Service::builder("authd", bus)
        .state(Directory::default())
        // What one user does stays in order; a tenant's first user may come before the tenant.
        .lanes(Lanes::by_tenant())
        .on(handlers::tenant_ordered)
        .on(handlers::user_arrived)
        .on(handlers::user_left)
}
