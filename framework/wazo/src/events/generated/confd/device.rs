// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `device_created`, for a tenant.
    ///
    /// Key `config.device.created`, access `events.config.device.created`.
    DeviceCreated: TenantEvent(Tenant) = "device_created" by "confd",
    "config.device.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": String,
    }
}

event! {
    /// `device_deleted`, for a tenant.
    ///
    /// Key `config.device.deleted`, access `events.config.device.deleted`.
    DeviceDeleted: TenantEvent(Tenant) = "device_deleted" by "confd",
    "config.device.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": String,
    }
}

event! {
    /// `device_edited`, for a tenant.
    ///
    /// Key `config.device.edited`, access `events.config.device.edited`.
    DeviceEdited: TenantEvent(Tenant) = "device_edited" by "confd",
    "config.device.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": String,
    }
}
