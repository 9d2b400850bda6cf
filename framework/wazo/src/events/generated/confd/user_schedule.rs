// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_schedule_associated`, for a user.
    ///
    /// Key `config.users.schedules.updated`, access `events.config.users.schedules.updated`.
    UserScheduleAssociated: UserEvent(User) = "user_schedule_associated" by "confd",
    "config.users.schedules.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `user_schedule_dissociated`, for a user.
    ///
    /// Key `config.users.schedules.deleted`, access `events.config.users.schedules.deleted`.
    UserScheduleDissociated: UserEvent(User) = "user_schedule_dissociated" by "confd",
    "config.users.schedules.deleted", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}
