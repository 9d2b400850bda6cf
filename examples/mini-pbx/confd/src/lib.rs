//! `confd`: what users are allowed and have set. It makes users of orders, and sets forwards and
//! services when somebody dials a feature code.

mod handlers;
mod users;

use mini_pbx_common::Store;
use trunkline::{Bus, Lanes, Service, ServiceBuilder};

pub use users::User;

/// The service, as the program starts it and as the tests do, with what it remembers.
pub fn service(bus: Bus, users: Store<User>) -> ServiceBuilder {
    Service::builder("confd", bus)
        .state(users)
        .lanes(Lanes::by(handlers::user_of))
        .on(handlers::user_ordered)
        .on_name("UserEvent", handlers::feature_dialled)
}
