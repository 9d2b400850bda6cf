// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_voicemail_edited`, for a user.
    ///
    /// Key `config.users.{user_uuid}.voicemails.edited`, access `events.config.users.{user_uuid}.voicemails.edited`.
    UserVoicemailEdited: UserEvent(User) = "user_voicemail_edited" by "confd",
    "config.users.{user_uuid}.voicemails.edited", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
    }
}

event! {
    /// `voicemail_created`, for a tenant.
    ///
    /// Key `config.voicemail.created`, access `events.config.voicemail.created`.
    VoicemailCreated: TenantEvent(Tenant) = "voicemail_created" by "confd",
    "config.voicemail.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `voicemail_deleted`, for a tenant.
    ///
    /// Key `config.voicemail.deleted`, access `events.config.voicemail.deleted`.
    VoicemailDeleted: TenantEvent(Tenant) = "voicemail_deleted" by "confd",
    "config.voicemail.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `voicemail_edited`, for a tenant.
    ///
    /// Key `config.voicemail.edited`, access `events.config.voicemail.edited`.
    VoicemailEdited: TenantEvent(Tenant) = "voicemail_edited" by "confd",
    "config.voicemail.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `voicemail_general_edited`, for services.
    ///
    /// Key `config.voicemail_general.edited`, access `events.config.voicemail_general.edited`.
    VoicemailGeneralEdited: ServiceEvent(Service) = "voicemail_general_edited" by "confd",
    "config.voicemail_general.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `voicemail_transcription_config_edited`, for a tenant.
    ///
    /// Key `config.voicemail_transcription.edited`, access `events.config.voicemail_transcription.edited`.
    VoicemailTranscriptionConfigEdited: TenantEvent(Tenant) = "voicemail_transcription_config_edited" by "confd",
    "config.voicemail_transcription.edited", None, [], [];
    [1, 0] {
        /// `enabled`.
        0 enabled "enabled": bool,
    }
}

event! {
    /// `voicemail_zonemessages_edited`, for services.
    ///
    /// Key `config.voicemail_zonemessages.edited`, access `events.config.voicemail_zonemessages.edited`.
    VoicemailZonemessagesEdited: ServiceEvent(Service) = "voicemail_zonemessages_edited" by "confd",
    "config.voicemail_zonemessages.edited", None, [], [];
    [0, 0] {
    }
}
