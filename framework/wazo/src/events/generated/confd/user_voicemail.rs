// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_voicemail_associated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.voicemails.updated`, access `events.config.users.{user_uuid}.voicemails.updated`.
    UserVoicemailAssociated: UserEvent(User) = "user_voicemail_associated" by "confd",
    "config.users.{user_uuid}.voicemails.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
    }
}

event! {
    /// `user_voicemail_dissociated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.voicemails.deleted`, access `events.config.users.{user_uuid}.voicemails.deleted`.
    UserVoicemailDissociated: UserEvent(User) = "user_voicemail_dissociated" by "confd",
    "config.users.{user_uuid}.voicemails.deleted", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
    }
}
