// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `register_iax_created`, for services.
    ///
    /// Key `config.register.iax.created`, access `events.config.register.iax.created`.
    RegisterIaxCreated: ServiceEvent(Service) = "register_iax_created" by "confd",
    "config.register.iax.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `register_iax_deleted`, for services.
    ///
    /// Key `config.register.iax.deleted`, access `events.config.register.iax.deleted`.
    RegisterIaxDeleted: ServiceEvent(Service) = "register_iax_deleted" by "confd",
    "config.register.iax.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `register_iax_edited`, for services.
    ///
    /// Key `config.register.iax.edited`, access `events.config.register.iax.edited`.
    RegisterIaxEdited: ServiceEvent(Service) = "register_iax_edited" by "confd",
    "config.register.iax.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `register_sip_created`, for services.
    ///
    /// Key `config.register.sip.created`, access `events.config.register.sip.created`.
    RegisterSipCreated: ServiceEvent(Service) = "register_sip_created" by "confd",
    "config.register.sip.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `register_sip_deleted`, for services.
    ///
    /// Key `config.register.sip.deleted`, access `events.config.register.sip.deleted`.
    RegisterSipDeleted: ServiceEvent(Service) = "register_sip_deleted" by "confd",
    "config.register.sip.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `register_sip_edited`, for services.
    ///
    /// Key `config.register.sip.edited`, access `events.config.register.sip.edited`.
    RegisterSipEdited: ServiceEvent(Service) = "register_sip_edited" by "confd",
    "config.register.sip.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}
