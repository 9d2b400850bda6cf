// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `user_external_app_created`, for a tenant.
    ///
    /// Key `config.user_external_apps.created`, access `events.config.user_external_apps.created`.
    UserExternalAppCreated: TenantEvent(Tenant) = "user_external_app_created" by "confd",
    "config.user_external_apps.created", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}

event! {
    /// `user_external_app_deleted`, for a tenant.
    ///
    /// Key `config.user_external_apps.deleted`, access `events.config.user_external_apps.deleted`.
    UserExternalAppDeleted: TenantEvent(Tenant) = "user_external_app_deleted" by "confd",
    "config.user_external_apps.deleted", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}

event! {
    /// `user_external_app_edited`, for a tenant.
    ///
    /// Key `config.user_external_apps.edited`, access `events.config.user_external_apps.edited`.
    UserExternalAppEdited: TenantEvent(Tenant) = "user_external_app_edited" by "confd",
    "config.user_external_apps.edited", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}
