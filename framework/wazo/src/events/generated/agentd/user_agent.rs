// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `user_agent_queue_logged_in`, for several users.
    ///
    /// Key `agentd.agents.{agent_id}.queues.{queue_id}.login.updated`, access `events.statuses.agents`.
    UserAgentQueueLoggedIn: MultiUserEvent(MultiUser) = "user_agent_queue_logged_in" by "agentd",
    "agentd.agents.{agent_id}.queues.{queue_id}.login.updated", Some("events.statuses.agents"), [], [];
    [2, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `queue_id`.
        1 queue_id "queue_id": i64,
    }
}

event! {
    /// `user_agent_queue_logged_off`, for several users.
    ///
    /// Key `agentd.agents.{agent_id}.queues.{queue_id}.logoff.updated`, access `events.statuses.agents`.
    UserAgentQueueLoggedOff: MultiUserEvent(MultiUser) = "user_agent_queue_logged_off" by "agentd",
    "agentd.agents.{agent_id}.queues.{queue_id}.logoff.updated", Some("events.statuses.agents"), [], [];
    [2, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `queue_id`.
        1 queue_id "queue_id": i64,
    }
}
