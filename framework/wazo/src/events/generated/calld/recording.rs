// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `recording_paused`, for a user.
    ///
    /// Key `calls.recording_paused.created`, access `events.calls.{user_uuid}`.
    RecordingPaused: UserEvent(User) = "recording_paused" by "calld",
    "calls.recording_paused.created", Some("events.calls.{user_uuid}"), [], [];
    [1, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
    }
}

event! {
    /// `recording_resumed`, for a user.
    ///
    /// Key `calls.recording_resumed.created`, access `events.calls.{user_uuid}`.
    RecordingResumed: UserEvent(User) = "recording_resumed" by "calld",
    "calls.recording_resumed.created", Some("events.calls.{user_uuid}"), [], [];
    [1, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
    }
}

event! {
    /// `recording_started`, for a user.
    ///
    /// Key `calls.recording_started.created`, access `events.calls.{user_uuid}`.
    RecordingStarted: UserEvent(User) = "recording_started" by "calld",
    "calls.recording_started.created", Some("events.calls.{user_uuid}"), [], [];
    [1, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
    }
}

event! {
    /// `recording_stopped`, for a user.
    ///
    /// Key `calls.recording_stopped.created`, access `events.calls.{user_uuid}`.
    RecordingStopped: UserEvent(User) = "recording_stopped" by "calld",
    "calls.recording_stopped.created", Some("events.calls.{user_uuid}"), [], [];
    [1, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
    }
}
