// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `external_app_created`, for a tenant.
    ///
    /// Key `config.external_apps.created`, access `events.config.external_apps.created`.
    ExternalAppCreated: TenantEvent(Tenant) = "external_app_created" by "confd",
    "config.external_apps.created", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}

event! {
    /// `external_app_deleted`, for a tenant.
    ///
    /// Key `config.external_apps.deleted`, access `events.config.external_apps.deleted`.
    ExternalAppDeleted: TenantEvent(Tenant) = "external_app_deleted" by "confd",
    "config.external_apps.deleted", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}

event! {
    /// `external_app_edited`, for a tenant.
    ///
    /// Key `config.external_apps.edited`, access `events.config.external_apps.edited`.
    ExternalAppEdited: TenantEvent(Tenant) = "external_app_edited" by "confd",
    "config.external_apps.edited", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}
