// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `agent_paused`, for several users.
    ///
    /// Key `status.agent.pause`, access `events.statuses.agents`.
    AgentPaused: MultiUserEvent(MultiUser) = "agent_paused" by "agentd",
    "status.agent.pause", Some("events.statuses.agents"), [], [];
    [5, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `agent_number`.
        1 agent_number "agent_number": String,
        /// `paused`.
        2 paused "paused": bool,
        /// `paused_reason`.
        3 paused_reason "paused_reason": String,
        /// `queue`.
        4 queue "queue": String,
    }
}

event! {
    /// `agent_unpaused`, for several users.
    ///
    /// Key `status.agent.unpause`, access `events.statuses.agents`.
    AgentUnpaused: MultiUserEvent(MultiUser) = "agent_unpaused" by "agentd",
    "status.agent.unpause", Some("events.statuses.agents"), [], [];
    [5, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `agent_number`.
        1 agent_number "agent_number": String,
        /// `paused`.
        2 paused "paused": bool,
        /// `paused_reason`.
        3 paused_reason "paused_reason": String,
        /// `queue`.
        4 queue "queue": String,
    }
}
