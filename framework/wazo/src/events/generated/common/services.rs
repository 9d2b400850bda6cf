// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `service_deregistered`, for services.
    ///
    /// Key `service.registered.{service_name}`, access `events.service.registered.{service_name}`.
    /// Once called `service_deregistered_event`.
    ServiceDeregistered: ServiceEvent(Service) = "service_deregistered" by "",
    "service.registered.{service_name}", None, [], ["service_deregistered_event"];
    [3, 0] {
        /// `service_name`.
        0 service_name "service_name": String,
        /// `service_id`.
        1 service_id "service_id": String,
        /// `tags`.
        2 tags "tags": Vec<String>,
    }
}

event! {
    /// `service_registered`, for services.
    ///
    /// Key `service.registered.{service_name}`, access `events.service.registered.{service_name}`.
    /// Once called `service_registered_event`.
    ServiceRegistered: ServiceEvent(Service) = "service_registered" by "",
    "service.registered.{service_name}", None, [], ["service_registered_event"];
    [5, 0] {
        /// `service_name`.
        0 service_name "service_name": String,
        /// `service_id`.
        1 service_id "service_id": String,
        /// `address`.
        2 address "address": String,
        /// `port`.
        3 port "port": i64,
        /// `tags`.
        4 tags "tags": Vec<String>,
    }
}
