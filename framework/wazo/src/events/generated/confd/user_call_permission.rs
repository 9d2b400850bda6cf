// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_call_permission_associated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.callpermissions.updated`, access `events.config.users.{user_uuid}.callpermissions.updated`.
    UserCallPermissionAssociated: UserEvent(User) = "user_call_permission_associated" by "confd",
    "config.users.{user_uuid}.callpermissions.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `call_permission_id`.
        1 call_permission_id "call_permission_id": i64,
    }
}

event! {
    /// `user_call_permission_dissociated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.callpermissions.deleted`, access `events.config.users.{user_uuid}.callpermissions.deleted`.
    UserCallPermissionDissociated: UserEvent(User) = "user_call_permission_dissociated" by "confd",
    "config.users.{user_uuid}.callpermissions.deleted", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `call_permission_id`.
        1 call_permission_id "call_permission_id": i64,
    }
}
