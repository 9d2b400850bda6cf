// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `incall_created`, for a tenant.
    ///
    /// Key `config.incalls.created`, access `events.config.incalls.created`.
    IncallCreated: TenantEvent(Tenant) = "incall_created" by "confd",
    "config.incalls.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `incall_deleted`, for a tenant.
    ///
    /// Key `config.incalls.deleted`, access `events.config.incalls.deleted`.
    IncallDeleted: TenantEvent(Tenant) = "incall_deleted" by "confd",
    "config.incalls.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `incall_edited`, for a tenant.
    ///
    /// Key `config.incalls.edited`, access `events.config.incalls.edited`.
    IncallEdited: TenantEvent(Tenant) = "incall_edited" by "confd",
    "config.incalls.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `incall_extension_associated`, for a tenant.
    ///
    /// Key `config.incalls.extensions.updated`, access `events.config.incalls.extensions.updated`.
    IncallExtensionAssociated: TenantEvent(Tenant) = "incall_extension_associated" by "confd",
    "config.incalls.extensions.updated", None, [], [];
    [2, 0] {
        /// `incall_id`.
        0 incall_id "incall_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `incall_extension_dissociated`, for a tenant.
    ///
    /// Key `config.incalls.extensions.deleted`, access `events.config.incalls.extensions.deleted`.
    IncallExtensionDissociated: TenantEvent(Tenant) = "incall_extension_dissociated" by "confd",
    "config.incalls.extensions.deleted", None, [], [];
    [2, 0] {
        /// `incall_id`.
        0 incall_id "incall_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `incall_schedule_associated`, for a tenant.
    ///
    /// Key `config.incalls.schedules.updated`, access `events.config.incalls.schedules.updated`.
    IncallScheduleAssociated: TenantEvent(Tenant) = "incall_schedule_associated" by "confd",
    "config.incalls.schedules.updated", None, [], [];
    [2, 0] {
        /// `incall_id`.
        0 incall_id "incall_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `incall_schedule_dissociated`, for a tenant.
    ///
    /// Key `config.incalls.schedules.deleted`, access `events.config.incalls.schedules.deleted`.
    IncallScheduleDissociated: TenantEvent(Tenant) = "incall_schedule_dissociated" by "confd",
    "config.incalls.schedules.deleted", None, [], [];
    [2, 0] {
        /// `incall_id`.
        0 incall_id "incall_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}
