// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `outcall_created`, for a tenant.
    ///
    /// Key `config.outcalls.created`, access `events.config.outcalls.created`.
    OutcallCreated: TenantEvent(Tenant) = "outcall_created" by "confd",
    "config.outcalls.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `outcall_deleted`, for a tenant.
    ///
    /// Key `config.outcalls.deleted`, access `events.config.outcalls.deleted`.
    OutcallDeleted: TenantEvent(Tenant) = "outcall_deleted" by "confd",
    "config.outcalls.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `outcall_edited`, for a tenant.
    ///
    /// Key `config.outcalls.edited`, access `events.config.outcalls.edited`.
    OutcallEdited: TenantEvent(Tenant) = "outcall_edited" by "confd",
    "config.outcalls.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `outcall_call_permission_associated`, for a tenant.
    ///
    /// Key `config.outcalls.{outcall_id}.callpermissions.updated`, access `events.config.outcalls.{outcall_id}.callpermissions.updated`.
    OutcallCallPermissionAssociated: TenantEvent(Tenant) = "outcall_call_permission_associated" by "confd",
    "config.outcalls.{outcall_id}.callpermissions.updated", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `call_permission_id`.
        1 call_permission_id "call_permission_id": i64,
    }
}

event! {
    /// `outcall_call_permission_dissociated`, for a tenant.
    ///
    /// Key `config.outcalls.{outcall_id}.callpermissions.deleted`, access `events.config.outcalls.{outcall_id}.callpermissions.deleted`.
    OutcallCallPermissionDissociated: TenantEvent(Tenant) = "outcall_call_permission_dissociated" by "confd",
    "config.outcalls.{outcall_id}.callpermissions.deleted", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `call_permission_id`.
        1 call_permission_id "call_permission_id": i64,
    }
}

event! {
    /// `outcall_extension_associated`, for a tenant.
    ///
    /// Key `config.outcalls.extensions.updated`, access `events.config.outcalls.extensions.updated`.
    OutcallExtensionAssociated: TenantEvent(Tenant) = "outcall_extension_associated" by "confd",
    "config.outcalls.extensions.updated", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `outcall_extension_dissociated`, for a tenant.
    ///
    /// Key `config.outcalls.extensions.deleted`, access `events.config.outcalls.extensions.deleted`.
    OutcallExtensionDissociated: TenantEvent(Tenant) = "outcall_extension_dissociated" by "confd",
    "config.outcalls.extensions.deleted", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `outcall_schedule_associated`, for a tenant.
    ///
    /// Key `config.outcalls.schedules.updated`, access `events.config.outcalls.schedules.updated`.
    OutcallScheduleAssociated: TenantEvent(Tenant) = "outcall_schedule_associated" by "confd",
    "config.outcalls.schedules.updated", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `outcall_schedule_dissociated`, for a tenant.
    ///
    /// Key `config.outcalls.schedules.deleted`, access `events.config.outcalls.schedules.deleted`.
    OutcallScheduleDissociated: TenantEvent(Tenant) = "outcall_schedule_dissociated" by "confd",
    "config.outcalls.schedules.deleted", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `outcall_trunks_associated`, for a tenant.
    ///
    /// Key `config.outcalls.trunks.updated`, access `events.config.outcalls.trunks.updated`.
    OutcallTrunksAssociated: TenantEvent(Tenant) = "outcall_trunks_associated" by "confd",
    "config.outcalls.trunks.updated", None, [], [];
    [2, 0] {
        /// `outcall_id`.
        0 outcall_id "outcall_id": i64,
        /// `trunk_ids`.
        1 trunk_ids "trunk_ids": Vec<i64>,
    }
}
