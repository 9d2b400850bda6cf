// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `favorite_added`, for a user.
    ///
    /// Key `directory.{user_uuid}.favorite.created`, access `events.directory.{user_uuid}.favorite.created`.
    FavoriteAdded: UserEvent(User) = "favorite_added" by "dird",
    "directory.{user_uuid}.favorite.created", None, [], [];
    [4, 0] {
        /// `xivo_uuid`.
        0 xivo_uuid "xivo_uuid": UuidText,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `source`.
        2 source "source": String,
        /// `source_entry_id`.
        3 source_entry_id "source_entry_id": String,
    }
}

event! {
    /// `favorite_deleted`, for a user.
    ///
    /// Key `directory.{user_uuid}.favorite.deleted`, access `events.directory.{user_uuid}.favorite.deleted`.
    FavoriteDeleted: UserEvent(User) = "favorite_deleted" by "dird",
    "directory.{user_uuid}.favorite.deleted", None, [], [];
    [4, 0] {
        /// `xivo_uuid`.
        0 xivo_uuid "xivo_uuid": UuidText,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `source`.
        2 source "source": String,
        /// `source_entry_id`.
        3 source_entry_id "source_entry_id": String,
    }
}
