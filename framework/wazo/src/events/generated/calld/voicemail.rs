// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Number;

use crate::events::record::{event, record};
use crate::events::{TimeText, UuidText};

event! {
    /// `global_voicemail_message_created`, for a tenant.
    ///
    /// Key `voicemails.global.messages.created`, access `events.voicemails.global.messages.created`.
    GlobalVoicemailMessageCreated: TenantEvent(Tenant) = "global_voicemail_message_created" by "calld",
    "voicemails.global.messages.created", Some("events.voicemails.global.messages.created"), [], [];
    [3, 0] {
        /// `voicemail_id`.
        0 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        1 message_id "message_id": String,
        /// `message`.
        2 message "message": VoicemailMessage,
    }
}

event! {
    /// `global_voicemail_message_deleted`, for a tenant.
    ///
    /// Key `voicemails.global.messages.deleted`, access `events.voicemails.global.messages.deleted`.
    GlobalVoicemailMessageDeleted: TenantEvent(Tenant) = "global_voicemail_message_deleted" by "calld",
    "voicemails.global.messages.deleted", Some("events.voicemails.global.messages.deleted"), [], [];
    [3, 0] {
        /// `voicemail_id`.
        0 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        1 message_id "message_id": String,
        /// `message`.
        2 message "message": VoicemailMessage,
    }
}

event! {
    /// `global_voicemail_message_updated`, for a tenant.
    ///
    /// Key `voicemails.global.messages.updated`, access `events.voicemails.global.messages.updated`.
    GlobalVoicemailMessageUpdated: TenantEvent(Tenant) = "global_voicemail_message_updated" by "calld",
    "voicemails.global.messages.updated", Some("events.voicemails.global.messages.updated"), [], [];
    [3, 0] {
        /// `voicemail_id`.
        0 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        1 message_id "message_id": String,
        /// `message`.
        2 message "message": VoicemailMessage,
    }
}

event! {
    /// `global_voicemail_transcription_created`, for a tenant.
    ///
    /// Key `voicemails.global.transcriptions.created`, access `events.voicemails.global.transcriptions.created`.
    GlobalVoicemailTranscriptionCreated: TenantEvent(Tenant) = "global_voicemail_transcription_created" by "calld",
    "voicemails.global.transcriptions.created", Some("events.voicemails.global.transcriptions.created"), [], [];
    [8, 0] {
        /// `message_id`.
        0 message_id "message_id": String,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `voicemail_id`.
        2 voicemail_id "voicemail_id": i64,
        /// `transcription_text`.
        3 transcription_text "transcription_text": String,
        /// `provider_id`.
        4 provider_id "provider_id": String,
        /// `language`.
        5 language "language": String,
        /// `duration`.
        6 duration "duration": Number,
        /// `created_at`.
        7 created_at "created_at": TimeText,
    }
}

event! {
    /// `global_voicemail_transcription_deleted`, for a tenant.
    ///
    /// Key `voicemails.global.transcriptions.deleted`, access `events.voicemails.global.transcriptions.deleted`.
    GlobalVoicemailTranscriptionDeleted: TenantEvent(Tenant) = "global_voicemail_transcription_deleted" by "calld",
    "voicemails.global.transcriptions.deleted", Some("events.voicemails.global.transcriptions.deleted"), [], [];
    [8, 0] {
        /// `message_id`.
        0 message_id "message_id": String,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `voicemail_id`.
        2 voicemail_id "voicemail_id": i64,
        /// `transcription_text`.
        3 transcription_text "transcription_text": String,
        /// `provider_id`.
        4 provider_id "provider_id": String,
        /// `language`.
        5 language "language": String,
        /// `duration`.
        6 duration "duration": Number,
        /// `created_at`.
        7 created_at "created_at": TimeText,
    }
}

event! {
    /// `user_voicemail_message_created`, for a user.
    ///
    /// Key `voicemails.messages.created`, access `events.users.{user_uuid}.voicemails`.
    UserVoicemailMessageCreated: UserEvent(User) = "user_voicemail_message_created" by "calld",
    "voicemails.messages.created", Some("events.users.{user_uuid}.voicemails"), [], [];
    [4, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        2 message_id "message_id": String,
        /// `message`.
        3 message "message": VoicemailMessage,
    }
}

event! {
    /// `user_voicemail_message_deleted`, for a user.
    ///
    /// Key `voicemails.messages.deleted`, access `events.users.{user_uuid}.voicemails`.
    UserVoicemailMessageDeleted: UserEvent(User) = "user_voicemail_message_deleted" by "calld",
    "voicemails.messages.deleted", Some("events.users.{user_uuid}.voicemails"), [], [];
    [4, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        2 message_id "message_id": String,
        /// `message`.
        3 message "message": VoicemailMessage,
    }
}

event! {
    /// `user_voicemail_message_updated`, for a user.
    ///
    /// Key `voicemails.messages.updated`, access `events.users.{user_uuid}.voicemails`.
    UserVoicemailMessageUpdated: UserEvent(User) = "user_voicemail_message_updated" by "calld",
    "voicemails.messages.updated", Some("events.users.{user_uuid}.voicemails"), [], [];
    [4, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `voicemail_id`.
        1 voicemail_id "voicemail_id": i64,
        /// `message_id`.
        2 message_id "message_id": String,
        /// `message`.
        3 message "message": VoicemailMessage,
    }
}

event! {
    /// `user_voicemail_transcription_created`, for a user.
    ///
    /// Key `voicemails.transcriptions.created`, access `events.users.{user_uuid}.voicemails.transcriptions.created`.
    UserVoicemailTranscriptionCreated: UserEvent(User) = "user_voicemail_transcription_created" by "calld",
    "voicemails.transcriptions.created", Some("events.users.{user_uuid}.voicemails.transcriptions.created"), [], [];
    [9, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `message_id`.
        1 message_id "message_id": String,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `voicemail_id`.
        3 voicemail_id "voicemail_id": i64,
        /// `transcription_text`.
        4 transcription_text "transcription_text": String,
        /// `provider_id`.
        5 provider_id "provider_id": String,
        /// `language`.
        6 language "language": String,
        /// `duration`.
        7 duration "duration": Number,
        /// `created_at`.
        8 created_at "created_at": String,
    }
}

event! {
    /// `user_voicemail_transcription_deleted`, for a user.
    ///
    /// Key `voicemails.transcriptions.deleted`, access `events.users.{user_uuid}.voicemails.transcriptions.deleted`.
    UserVoicemailTranscriptionDeleted: UserEvent(User) = "user_voicemail_transcription_deleted" by "calld",
    "voicemails.transcriptions.deleted", Some("events.users.{user_uuid}.voicemails.transcriptions.deleted"), [], [];
    [9, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `message_id`.
        1 message_id "message_id": String,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `voicemail_id`.
        3 voicemail_id "voicemail_id": i64,
        /// `transcription_text`.
        4 transcription_text "transcription_text": String,
        /// `provider_id`.
        5 provider_id "provider_id": String,
        /// `language`.
        6 language "language": String,
        /// `duration`.
        7 duration "duration": Number,
        /// `created_at`.
        8 created_at "created_at": String,
    }
}

record! {
    /// An object in the content of events.
    VoicemailMessage [7, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_num`.
        2 caller_id_num "caller_id_num": String,
        /// `duration`.
        3 duration "duration": i64,
        /// `timestamp`.
        4 timestamp "timestamp": i64,
        /// `folder`.
        5 folder "folder": VoicemailMessageFolder,
        /// `voicemail`.
        6 voicemail "voicemail": VoicemailMessageVoicemail,
    }
}

record! {
    /// An object in the content of events.
    VoicemailMessageFolder [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `accesstype`.
        2 accesstype "accesstype": String,
    }
}

record! {
    /// An object in the content of events.
    VoicemailMessageVoicemail [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `accesstype`. One of `global`, `personal`.
        2 accesstype "accesstype": String,
    }
}
