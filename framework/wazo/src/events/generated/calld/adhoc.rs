// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `conference_adhoc_created`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.adhoc.created`, access `events.conferences.users.{user_uuid}.adhoc.created`.
    ConferenceAdhocCreated: UserEvent(User) = "conference_adhoc_created" by "calld",
    "conferences.users.{user_uuid}.adhoc.created", None, [], [];
    [1, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_adhoc_deleted`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.adhoc.deleted`, access `events.conferences.users.{user_uuid}.adhoc.deleted`.
    ConferenceAdhocDeleted: UserEvent(User) = "conference_adhoc_deleted" by "calld",
    "conferences.users.{user_uuid}.adhoc.deleted", None, [], [];
    [1, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_adhoc_participant_joined`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.adhoc.participants.joined`, access `events.conferences.users.{user_uuid}.adhoc.participants.joined`.
    ConferenceAdhocParticipantJoined: UserEvent(User) = "conference_adhoc_participant_joined" by "calld",
    "conferences.users.{user_uuid}.adhoc.participants.joined", None, [], [];
    [2, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
        /// `call_id`.
        1 call_id "call_id": String,
    }
}

event! {
    /// `conference_adhoc_participant_left`, for a user.
    ///
    /// Key `conferences.users.{user_uuid}.adhoc.participants.left`, access `events.conferences.users.{user_uuid}.adhoc.participants.left`.
    ConferenceAdhocParticipantLeft: UserEvent(User) = "conference_adhoc_participant_left" by "calld",
    "conferences.users.{user_uuid}.adhoc.participants.left", None, [], [];
    [2, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
        /// `call_id`.
        1 call_id "call_id": String,
    }
}
