// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `meeting_participant_joined`, for a tenant.
    ///
    /// Key `meetings.{meeting_uuid}.participants.joined`, access `events.meetings.{meeting_uuid}.participants.joined`.
    MeetingParticipantJoined: TenantEvent(Tenant) = "meeting_participant_joined" by "calld",
    "meetings.{meeting_uuid}.participants.joined", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `call_id`.
        3 call_id "call_id": String,
        /// `user_uuid`.
        4 user_uuid "user_uuid": String,
        /// `meeting_uuid`.
        5 meeting_uuid "meeting_uuid": UuidText,
    }
}

event! {
    /// `meeting_participant_left`, for a tenant.
    ///
    /// Key `meetings.{meeting_uuid}.participants.left`, access `events.meetings.{meeting_uuid}.participants.left`.
    MeetingParticipantLeft: TenantEvent(Tenant) = "meeting_participant_left" by "calld",
    "meetings.{meeting_uuid}.participants.left", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `call_id`.
        3 call_id "call_id": String,
        /// `user_uuid`.
        4 user_uuid "user_uuid": String,
        /// `meeting_uuid`.
        5 meeting_uuid "meeting_uuid": UuidText,
    }
}

event! {
    /// `meeting_user_participant_joined`, for a user.
    ///
    /// Key `meetings.users.{user_uuid}.participants.joined`, access `events.users.{user_uuid}.meetings.participants.joined`.
    MeetingUserParticipantJoined: UserEvent(User) = "meeting_user_participant_joined" by "calld",
    "meetings.users.{user_uuid}.participants.joined", Some("events.users.{user_uuid}.meetings.participants.joined"), ["meeting_uuid"], [];
    [6, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `call_id`.
        3 call_id "call_id": String,
        /// `user_uuid`.
        4 user_uuid "user_uuid": UuidText,
        /// `meeting_uuid`.
        5 meeting_uuid "meeting_uuid": UuidText,
    }
}

event! {
    /// `meeting_user_participant_left`, for a user.
    ///
    /// Key `meetings.users.{user_uuid}.participants.left`, access `events.users.{user_uuid}.meetings.participants.left`.
    MeetingUserParticipantLeft: UserEvent(User) = "meeting_user_participant_left" by "calld",
    "meetings.users.{user_uuid}.participants.left", Some("events.users.{user_uuid}.meetings.participants.left"), ["meeting_uuid"], [];
    [6, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `call_id`.
        3 call_id "call_id": String,
        /// `user_uuid`.
        4 user_uuid "user_uuid": UuidText,
        /// `meeting_uuid`.
        5 meeting_uuid "meeting_uuid": UuidText,
    }
}
