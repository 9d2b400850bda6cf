// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `conference_participant_joined`, for several users.
    ///
    /// Key `conferences.{conference_id}.participants.joined`, access `events.conferences.{conference_id}.participants.joined`.
    ConferenceParticipantJoined: MultiUserEvent(MultiUser) = "conference_participant_joined" by "calld",
    "conferences.{conference_id}.participants.joined", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_participant_left`, for several users.
    ///
    /// Key `conferences.{conference_id}.participants.left`, access `events.conferences.{conference_id}.participants.left`.
    ConferenceParticipantLeft: MultiUserEvent(MultiUser) = "conference_participant_left" by "calld",
    "conferences.{conference_id}.participants.left", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_participant_muted`, for a tenant.
    ///
    /// Key `conferences.{conference_id}.participants.mute`, access `events.conferences.{conference_id}.participants.mute`.
    ConferenceParticipantMuted: TenantEvent(Tenant) = "conference_participant_muted" by "calld",
    "conferences.{conference_id}.participants.mute", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_participant_talk_started`, for several users.
    ///
    /// Key `conferences.{conference_id}.participants.talk`, access `events.conferences.{conference_id}.participants.talk`.
    ConferenceParticipantTalkStarted: MultiUserEvent(MultiUser) = "conference_participant_talk_started" by "calld",
    "conferences.{conference_id}.participants.talk", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_participant_talk_stopped`, for several users.
    ///
    /// Key `conferences.{conference_id}.participants.talk`, access `events.conferences.{conference_id}.participants.talk`.
    ConferenceParticipantTalkStopped: MultiUserEvent(MultiUser) = "conference_participant_talk_stopped" by "calld",
    "conferences.{conference_id}.participants.talk", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_participant_unmuted`, for a tenant.
    ///
    /// Key `conferences.{conference_id}.particpants.mute`, access `events.conferences.{conference_id}.particpants.mute`.
    ConferenceParticipantUnmuted: TenantEvent(Tenant) = "conference_participant_unmuted" by "calld",
    "conferences.{conference_id}.particpants.mute", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": String,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_record_started`, for a tenant.
    ///
    /// Key `conferences.{id}.record`, access `events.conferences.{id}.record`.
    ConferenceRecordStarted: TenantEvent(Tenant) = "conference_record_started" by "calld",
    "conferences.{id}.record", None, ["conference_id"], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
        /// `conference_id`. A header, not in the content.
        1 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_record_stopped`, for a tenant.
    ///
    /// Key `conferences.{id}.record`, access `events.conferences.{id}.record`.
    ConferenceRecordStopped: TenantEvent(Tenant) = "conference_record_stopped" by "calld",
    "conferences.{id}.record", None, ["conference_id"], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
        /// `conference_id`. A header, not in the content.
        1 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_user_participant_joined`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.participants.joined`, access `events.conferences.users.{user_uuid}.participants.joined`.
    ConferenceUserParticipantJoined: UserEvent(User) = "conference_user_participant_joined" by "calld",
    "conferences.users.{user_uuid}.participants.joined", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": UuidText,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_user_participant_left`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.participants.left`, access `events.conferences.users.{user_uuid}.participants.left`.
    ConferenceUserParticipantLeft: UserEvent(User) = "conference_user_participant_left" by "calld",
    "conferences.users.{user_uuid}.participants.left", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": UuidText,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_user_participant_talk_started`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.participants.talk`, access `events.conferences.users.{user_uuid}.participants.talk`.
    ConferenceUserParticipantTalkStarted: UserEvent(User) = "conference_user_participant_talk_started" by "calld",
    "conferences.users.{user_uuid}.participants.talk", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": UuidText,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_user_participant_talk_stopped`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.participants.talk`, access `events.conferences.users.{user_uuid}.participants.talk`.
    ConferenceUserParticipantTalkStopped: UserEvent(User) = "conference_user_participant_talk_stopped" by "calld",
    "conferences.users.{user_uuid}.participants.talk", None, ["conference_id"], [];
    [10, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `muted`.
        3 muted "muted": bool,
        /// `join_time`.
        4 join_time "join_time": i64,
        /// `admin`.
        5 admin "admin": bool,
        /// `language`.
        6 language "language": String,
        /// `call_id`.
        7 call_id "call_id": String,
        /// `user_uuid`.
        8 user_uuid "user_uuid": UuidText,
        /// `conference_id`.
        9 conference_id "conference_id": i64,
    }
}
