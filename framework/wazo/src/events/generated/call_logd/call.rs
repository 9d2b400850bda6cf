// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Number;

use crate::events::record::{event, record};
use crate::events::{Object, TimeText, UuidText};

event! {
    /// `call_logd_export_created`, for a tenant.
    ///
    /// Key `call_logd.export.created`, access `events.call_logd.export.created`.
    CallLogdExportCreated: TenantEvent(Tenant) = "call_logd_export_created" by "call_logd",
    "call_logd.export.created", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `requested_at`.
        3 requested_at "requested_at": TimeText,
        /// `filename`.
        4 filename "filename": String,
        /// `status`.
        5 status "status": String,
    }
}

event! {
    /// `call_logd_export_updated`, for a tenant.
    ///
    /// Key `call_logd.export.updated`, access `events.call_logd.export.updated`.
    CallLogdExportUpdated: TenantEvent(Tenant) = "call_logd_export_updated" by "call_logd",
    "call_logd.export.updated", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `requested_at`.
        3 requested_at "requested_at": TimeText,
        /// `filename`.
        4 filename "filename": String,
        /// `status`.
        5 status "status": String,
    }
}

event! {
    /// `call_logd_retention_updated`, for a tenant.
    ///
    /// Key `call_logd.retention.updated`, access `events.call_logd.retention.updated`.
    CallLogdRetentionUpdated: TenantEvent(Tenant) = "call_logd_retention_updated" by "call_logd",
    "call_logd.retention.updated", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `requested_at`.
        3 requested_at "requested_at": TimeText,
        /// `filename`.
        4 filename "filename": String,
        /// `status`.
        5 status "status": String,
    }
}

event! {
    /// `call_logd_voicemail_transcription_created`, for a tenant.
    ///
    /// Key `call_logd.voicemail_transcription.created`, access `events.call_logd.voicemail_transcription.created`.
    CallLogdVoicemailTranscriptionCreated: TenantEvent(Tenant) = "call_logd_voicemail_transcription_created" by "call_logd",
    "call_logd.voicemail_transcription.created", None, [], [];
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
    /// `call_logd_voicemail_transcription_deleted`, for a tenant.
    ///
    /// Key `call_logd.voicemail_transcription.deleted`, access `events.call_logd.voicemail_transcription.deleted`.
    CallLogdVoicemailTranscriptionDeleted: TenantEvent(Tenant) = "call_logd_voicemail_transcription_deleted" by "call_logd",
    "call_logd.voicemail_transcription.deleted", None, [], [];
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
    /// `call_log_created`, for a tenant.
    ///
    /// Key `call_log.created`, access `events.call_log.created`.
    CallLogCreated: TenantEvent(Tenant) = "call_log_created" by "call_logd",
    "call_log.created", None, [], [];
    [29, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `start`.
        2 start "start": TimeText,
        /// `end`.
        3 end "end": TimeText,
        /// `answered`.
        4 answered "answered": bool,
        /// `duration`.
        5 duration "duration": Number,
        /// `call_drection`.
        6 call_drection "call_drection": String,
        /// `conversation_id`.
        7 conversation_id "conversation_id": String,
        /// `destination_details`.
        8 destination_details "destination_details": CallLogdDestinationDetails,
        /// `destination_extension`.
        9 destination_extension "destination_extension": String,
        /// `destination_internal_context`.
        10 destination_internal_context "destination_internal_context": String,
        /// `destination_internal_extension`.
        11 destination_internal_extension "destination_internal_extension": String,
        /// `destination_line_id`.
        12 destination_line_id "destination_line_id": i64,
        /// `destination_name`.
        13 destination_name "destination_name": String,
        /// `destination_user_uuid`.
        14 destination_user_uuid "destination_user_uuid": UuidText,
        /// `requested_name`.
        15 requested_name "requested_name": String,
        /// `requested_context`.
        16 requested_context "requested_context": String,
        /// `requested_extension`.
        17 requested_extension "requested_extension": String,
        /// `requested_internal_context`.
        18 requested_internal_context "requested_internal_context": String,
        /// `requested_internal_extension`.
        19 requested_internal_extension "requested_internal_extension": String,
        /// `source_extension`.
        20 source_extension "source_extension": String,
        /// `source_internal_context`.
        21 source_internal_context "source_internal_context": String,
        /// `source_internal_name`.
        22 source_internal_name "source_internal_name": String,
        /// `source_internal_extension`.
        23 source_internal_extension "source_internal_extension": String,
        /// `source_line_id`.
        24 source_line_id "source_line_id": i64,
        /// `source_name`.
        25 source_name "source_name": String,
        /// `source_user_uuid`.
        26 source_user_uuid "source_user_uuid": UuidText,
        /// `tags`.
        27 tags "tags": Vec<String>,
        /// `recordings`.
        28 recordings "recordings": Vec<CallLogdRecording>,
    }
}

event! {
    /// `call_log_user_created`, for a user.
    ///
    /// Key `call_log.user.{user_uuid}.created`, access `events.call_log.user.{user_uuid}.created`.
    CallLogUserCreated: UserEvent(User) = "call_log_user_created" by "call_logd",
    "call_log.user.{user_uuid}.created", None, [], [];
    [29, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `start`.
        2 start "start": TimeText,
        /// `end`.
        3 end "end": TimeText,
        /// `answered`.
        4 answered "answered": bool,
        /// `duration`.
        5 duration "duration": Number,
        /// `call_drection`.
        6 call_drection "call_drection": String,
        /// `conversation_id`.
        7 conversation_id "conversation_id": String,
        /// `destination_details`.
        8 destination_details "destination_details": CallLogdDestinationDetails,
        /// `destination_extension`.
        9 destination_extension "destination_extension": String,
        /// `destination_internal_context`.
        10 destination_internal_context "destination_internal_context": String,
        /// `destination_internal_extension`.
        11 destination_internal_extension "destination_internal_extension": String,
        /// `destination_line_id`.
        12 destination_line_id "destination_line_id": i64,
        /// `destination_name`.
        13 destination_name "destination_name": String,
        /// `destination_user_uuid`.
        14 destination_user_uuid "destination_user_uuid": UuidText,
        /// `requested_name`.
        15 requested_name "requested_name": String,
        /// `requested_context`.
        16 requested_context "requested_context": String,
        /// `requested_extension`.
        17 requested_extension "requested_extension": String,
        /// `requested_internal_context`.
        18 requested_internal_context "requested_internal_context": String,
        /// `requested_internal_extension`.
        19 requested_internal_extension "requested_internal_extension": String,
        /// `source_extension`.
        20 source_extension "source_extension": String,
        /// `source_internal_context`.
        21 source_internal_context "source_internal_context": String,
        /// `source_internal_name`.
        22 source_internal_name "source_internal_name": String,
        /// `source_internal_extension`.
        23 source_internal_extension "source_internal_extension": String,
        /// `source_line_id`.
        24 source_line_id "source_line_id": i64,
        /// `source_name`.
        25 source_name "source_name": String,
        /// `source_user_uuid`.
        26 source_user_uuid "source_user_uuid": UuidText,
        /// `tags`.
        27 tags "tags": Vec<String>,
        /// `recordings`.
        28 recordings "recordings": Vec<CallLogdRecording>,
    }
}

record! {
    /// An object in the content of events.
    CallLogdDestinationDetails [4, 0] {
        /// `conference`.
        0 conference "conference": CallLogdDestinationDetailsConference,
        /// `meeting`.
        1 meeting "meeting": CallLogdDestinationDetailsMeeting,
        /// `user`.
        2 user "user": CallLogdDestinationDetailsUser,
        /// `unknown`.
        3 unknown "unknown": Object,
    }
}

record! {
    /// An object in the content of events.
    CallLogdRecording [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `start_time`.
        1 start_time "start_time": String,
        /// `end_time`.
        2 end_time "end_time": String,
        /// `deleted`.
        3 deleted "deleted": bool,
        /// `filename`.
        4 filename "filename": String,
    }
}

record! {
    /// An object in the content of events.
    CallLogdDestinationDetailsConference [1, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
    }
}

record! {
    /// An object in the content of events.
    CallLogdDestinationDetailsMeeting [2, 0] {
        /// `meeting_uuid`.
        0 meeting_uuid "meeting_uuid": UuidText,
        /// `meeting_name`.
        1 meeting_name "meeting_name": String,
    }
}

record! {
    /// An object in the content of events.
    CallLogdDestinationDetailsUser [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `user_name`.
        1 user_name "user_name": String,
    }
}
