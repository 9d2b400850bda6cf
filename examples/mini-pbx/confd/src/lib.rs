//! `confd`: what users are allowed and have set. It makes users of orders, and sets forwards and
//! services when somebody dials a feature code.

mod handlers;
mod users;

use trunkline::{Bus, Lanes, Service, ServiceBuilder};

use users::Users;

/// The service, as the program starts it and as the tests do.
pub fn service(bus: Bus) -> ServiceBuilder {
    Service::builder("confd", bus)
        .state(Users::default())
        .lanes(Lanes::by(handlers::user_of))
        .on(handlers::user_ordered)
        .on_name("UserEvent", handlers::feature_dialled)
}
