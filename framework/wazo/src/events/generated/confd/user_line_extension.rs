// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `user_line_extension_created`, for a user.
    ///
    /// Key `config.users.lines.extensions.created`, access `events.config.users.lines.extensions.created`.
    UserLineExtensionCreated: UserEvent(User) = "user_line_extension_created" by "confd",
    "config.users.lines.extensions.created", None, [], [];
    [6, 0] {
        /// `id`.
        0 id "id": i64,
        /// `user_id`.
        1 user_id "user_id": i64,
        /// `line_id`.
        2 line_id "line_id": i64,
        /// `extension_id`.
        3 extension_id "extension_id": i64,
        /// `main_user`.
        4 main_user "main_user": bool,
        /// `main_line`.
        5 main_line "main_line": bool,
    }
}

event! {
    /// `user_line_extension_deleted`, for a user.
    ///
    /// Key `config.users.lines.extensions.deleted`, access `events.config.users.lines.extensions.deleted`.
    UserLineExtensionDeleted: UserEvent(User) = "user_line_extension_deleted" by "confd",
    "config.users.lines.extensions.deleted", None, [], [];
    [6, 0] {
        /// `id`.
        0 id "id": i64,
        /// `user_id`.
        1 user_id "user_id": i64,
        /// `line_id`.
        2 line_id "line_id": i64,
        /// `extension_id`.
        3 extension_id "extension_id": i64,
        /// `main_user`.
        4 main_user "main_user": bool,
        /// `main_line`.
        5 main_line "main_line": bool,
    }
}

event! {
    /// `user_line_extension_edited`, for a user.
    ///
    /// Key `config.users.lines.extensions.edited`, access `events.config.users.lines.extensions.edited`.
    UserLineExtensionEdited: UserEvent(User) = "user_line_extension_edited" by "confd",
    "config.users.lines.extensions.edited", None, [], [];
    [6, 0] {
        /// `id`.
        0 id "id": i64,
        /// `user_id`.
        1 user_id "user_id": i64,
        /// `line_id`.
        2 line_id "line_id": i64,
        /// `extension_id`.
        3 extension_id "extension_id": i64,
        /// `main_user`.
        4 main_user "main_user": bool,
        /// `main_line`.
        5 main_line "main_line": bool,
    }
}
