// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `agent_status_update`, for several users.
    ///
    /// Key `status.agent`, access `events.statuses.agents`.
    AgentStatusUpdate: MultiUserEvent(MultiUser) = "agent_status_update" by "calld",
    "status.agent", Some("events.statuses.agents"), [], [];
    [2, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `status`.
        1 status "status": String,
    }
}
