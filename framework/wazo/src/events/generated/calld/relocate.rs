// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `relocate_answered`, for a user.
    ///
    /// Key `calls.relocate.edited`, access `events.relocates.{user_uuid}`.
    RelocateAnswered: UserEvent(User) = "relocate_answered" by "calld",
    "calls.relocate.edited", Some("events.relocates.{user_uuid}"), [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `relocated_call`.
        1 relocated_call "relocated_call": String,
        /// `initiator_call`.
        2 initiator_call "initiator_call": String,
        /// `recipient_call`.
        3 recipient_call "recipient_call": String,
        /// `completions`.
        4 completions "completions": Vec<String>,
        /// `initiator`.
        5 initiator "initiator": String,
        /// `timeout`.
        6 timeout "timeout": i64,
        /// `auto_answer`.
        7 auto_answer "auto_answer": bool,
    }
}

event! {
    /// `relocate_completed`, for a user.
    ///
    /// Key `calls.relocate.edited`, access `events.relocates.{user_uuid}`.
    RelocateCompleted: UserEvent(User) = "relocate_completed" by "calld",
    "calls.relocate.edited", Some("events.relocates.{user_uuid}"), [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `relocated_call`.
        1 relocated_call "relocated_call": String,
        /// `initiator_call`.
        2 initiator_call "initiator_call": String,
        /// `recipient_call`.
        3 recipient_call "recipient_call": String,
        /// `completions`.
        4 completions "completions": Vec<String>,
        /// `initiator`.
        5 initiator "initiator": String,
        /// `timeout`.
        6 timeout "timeout": i64,
        /// `auto_answer`.
        7 auto_answer "auto_answer": bool,
    }
}

event! {
    /// `relocate_ended`, for a user.
    ///
    /// Key `calls.relocate.deleted`, access `events.relocates.{user_uuid}`.
    RelocateEnded: UserEvent(User) = "relocate_ended" by "calld",
    "calls.relocate.deleted", Some("events.relocates.{user_uuid}"), [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `relocated_call`.
        1 relocated_call "relocated_call": String,
        /// `initiator_call`.
        2 initiator_call "initiator_call": String,
        /// `recipient_call`.
        3 recipient_call "recipient_call": String,
        /// `completions`.
        4 completions "completions": Vec<String>,
        /// `initiator`.
        5 initiator "initiator": String,
        /// `timeout`.
        6 timeout "timeout": i64,
        /// `auto_answer`.
        7 auto_answer "auto_answer": bool,
    }
}

event! {
    /// `relocate_initiated`, for a user.
    ///
    /// Key `calls.relocate.created`, access `events.relocates.{user_uuid}`.
    RelocateInitiated: UserEvent(User) = "relocate_initiated" by "calld",
    "calls.relocate.created", Some("events.relocates.{user_uuid}"), [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `relocated_call`.
        1 relocated_call "relocated_call": String,
        /// `initiator_call`.
        2 initiator_call "initiator_call": String,
        /// `recipient_call`.
        3 recipient_call "recipient_call": String,
        /// `completions`.
        4 completions "completions": Vec<String>,
        /// `initiator`.
        5 initiator "initiator": String,
        /// `timeout`.
        6 timeout "timeout": i64,
        /// `auto_answer`.
        7 auto_answer "auto_answer": bool,
    }
}
