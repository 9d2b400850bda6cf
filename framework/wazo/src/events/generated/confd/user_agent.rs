// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `user_agent_associated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.agents.updated`, access `events.config.users.{user_uuid}.agents.updated`.
    UserAgentAssociated: UserEvent(User) = "user_agent_associated" by "confd",
    "config.users.{user_uuid}.agents.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `agent_id`.
        1 agent_id "agent_id": i64,
    }
}

event! {
    /// `user_agent_dissociated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.agents.deleted`, access `events.config.users.{user_uuid}.agents.deleted`.
    UserAgentDissociated: UserEvent(User) = "user_agent_dissociated" by "confd",
    "config.users.{user_uuid}.agents.deleted", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `agent_id`.
        1 agent_id "agent_id": i64,
    }
}
