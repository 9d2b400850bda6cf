// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Number;

use crate::events::record::event;
use crate::events::{TimeText, UuidText};

event! {
    /// `voicemail_transcription_completed`, for a tenant.
    ///
    /// Key `voicemails.transcriptions.completed`, access `events.voicemails.transcriptions.completed`.
    VoicemailTranscriptionCompleted: TenantEvent(Tenant) = "voicemail_transcription_completed" by "webhookd",
    "voicemails.transcriptions.completed", None, [], [];
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
        /// `completed_at`.
        7 completed_at "completed_at": TimeText,
    }
}
