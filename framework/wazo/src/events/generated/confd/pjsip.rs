// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `pjsip_global_updated`, for services.
    ///
    /// Key `config.pjsip_global.updated`, access `events.config.pjsip_global.updated`.
    PjsipGlobalUpdated: ServiceEvent(Service) = "pjsip_global_updated" by "confd",
    "config.pjsip_global.updated", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `pjsip_system_updated`, for services.
    ///
    /// Key `config.pjsip_system.updated`, access `events.config.pjsip_system.updated`.
    PjsipSystemUpdated: ServiceEvent(Service) = "pjsip_system_updated" by "confd",
    "config.pjsip_system.updated", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `sip_transport_created`, for services.
    ///
    /// Key `config.sip.transports.created`, access `events.config.sip.transports.created`.
    SipTransportCreated: ServiceEvent(Service) = "sip_transport_created" by "confd",
    "config.sip.transports.created", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `options`.
        2 options "options": Vec<String>,
    }
}

event! {
    /// `sip_transport_deleted`, for services.
    ///
    /// Key `config.sip.transports.deleted`, access `events.config.sip.transports.deleted`.
    SipTransportDeleted: ServiceEvent(Service) = "sip_transport_deleted" by "confd",
    "config.sip.transports.deleted", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `options`.
        2 options "options": Vec<String>,
    }
}

event! {
    /// `sip_transport_edited`, for services.
    ///
    /// Key `config.sip.transports.edited`, access `events.config.sip.transports.edited`.
    SipTransportEdited: ServiceEvent(Service) = "sip_transport_edited" by "confd",
    "config.sip.transports.edited", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `options`.
        2 options "options": Vec<String>,
    }
}
