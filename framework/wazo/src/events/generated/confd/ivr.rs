// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `ivr_created`, for a tenant.
    ///
    /// Key `config.ivr.created`, access `events.config.ivr.created`.
    IvrCreated: TenantEvent(Tenant) = "ivr_created" by "confd",
    "config.ivr.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `ivr_deleted`, for a tenant.
    ///
    /// Key `config.ivr.deleted`, access `events.config.ivr.deleted`.
    IvrDeleted: TenantEvent(Tenant) = "ivr_deleted" by "confd",
    "config.ivr.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `ivr_edited`, for a tenant.
    ///
    /// Key `config.ivr.edited`, access `events.config.ivr.edited`.
    IvrEdited: TenantEvent(Tenant) = "ivr_edited" by "confd",
    "config.ivr.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}
