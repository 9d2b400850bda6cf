// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `schedule_created`, for a tenant.
    ///
    /// Key `config.schedules.created`, access `events.config.schedules.created`.
    ScheduleCreated: TenantEvent(Tenant) = "schedule_created" by "confd",
    "config.schedules.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `schedule_deleted`, for a tenant.
    ///
    /// Key `config.schedules.deleted`, access `events.config.schedules.deleted`.
    ScheduleDeleted: TenantEvent(Tenant) = "schedule_deleted" by "confd",
    "config.schedules.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `schedule_edited`, for a tenant.
    ///
    /// Key `config.schedules.edited`, access `events.config.schedules.edited`.
    ScheduleEdited: TenantEvent(Tenant) = "schedule_edited" by "confd",
    "config.schedules.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}
