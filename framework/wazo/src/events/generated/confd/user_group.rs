// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_groups_associated`, for a user.
    ///
    /// Key `config.users.groups.updated`, access `events.config.users.groups.updated`.
    UserGroupsAssociated: UserEvent(User) = "user_groups_associated" by "confd",
    "config.users.groups.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `group_ids`.
        1 group_ids "group_ids": Vec<i64>,
    }
}
