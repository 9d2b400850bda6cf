// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `user_blocklist_number_created`, for a user.
    ///
    /// Key `confd.users.{user_uuid}.blocklist.created`, access `events.confd.users.{user_uuid}.blocklist.created`.
    UserBlocklistNumberCreated: UserEvent(User) = "user_blocklist_number_created" by "",
    "confd.users.{user_uuid}.blocklist.created", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `user_uuid`.
        1 user_uuid "user_uuid": String,
        /// `number`.
        2 number "number": String,
        /// `label`.
        3 label "label": String,
        /// `blocklist_uuid`.
        4 blocklist_uuid "blocklist_uuid": String,
    }
}

event! {
    /// `user_blocklist_number_deleted`, for a user.
    ///
    /// Key `confd.users.{user_uuid}.blocklist.deleted`, access `events.confd.users.{user_uuid}.blocklist.deleted`.
    UserBlocklistNumberDeleted: UserEvent(User) = "user_blocklist_number_deleted" by "",
    "confd.users.{user_uuid}.blocklist.deleted", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `user_uuid`.
        1 user_uuid "user_uuid": String,
        /// `number`.
        2 number "number": String,
        /// `label`.
        3 label "label": String,
        /// `blocklist_uuid`.
        4 blocklist_uuid "blocklist_uuid": String,
    }
}

event! {
    /// `user_blocklist_number_edited`, for a user.
    ///
    /// Key `confd.users.{user_uuid}.blocklist.edited`, access `events.confd.users.{user_uuid}.blocklist.edited`.
    UserBlocklistNumberEdited: UserEvent(User) = "user_blocklist_number_edited" by "",
    "confd.users.{user_uuid}.blocklist.edited", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `user_uuid`.
        1 user_uuid "user_uuid": String,
        /// `number`.
        2 number "number": String,
        /// `label`.
        3 label "label": String,
        /// `blocklist_uuid`.
        4 blocklist_uuid "blocklist_uuid": String,
    }
}
