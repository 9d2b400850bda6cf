// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `agent_created`, for a tenant.
    ///
    /// Key `config.agent.created`, access `events.config.agent.created`.
    AgentCreated: TenantEvent(Tenant) = "agent_created" by "confd",
    "config.agent.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `agent_deleted`, for a tenant.
    ///
    /// Key `config.agent.deleted`, access `events.config.agent.deleted`.
    AgentDeleted: TenantEvent(Tenant) = "agent_deleted" by "confd",
    "config.agent.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `agent_edited`, for a tenant.
    ///
    /// Key `config.agent.edited`, access `events.config.agent.edited`.
    AgentEdited: TenantEvent(Tenant) = "agent_edited" by "confd",
    "config.agent.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `agent_skill_associated`, for a tenant.
    ///
    /// Key `config.agents.skills.updated`, access `events.config.agents.skills.updated`.
    AgentSkillAssociated: TenantEvent(Tenant) = "agent_skill_associated" by "confd",
    "config.agents.skills.updated", None, [], [];
    [2, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `skill_id`.
        1 skill_id "skill_id": i64,
    }
}

event! {
    /// `agent_skill_dissociated`, for a tenant.
    ///
    /// Key `config.agents.skills.deleted`, access `events.config.agents.skills.deleted`.
    AgentSkillDissociated: TenantEvent(Tenant) = "agent_skill_dissociated" by "confd",
    "config.agents.skills.deleted", None, [], [];
    [2, 0] {
        /// `agent_id`.
        0 agent_id "agent_id": i64,
        /// `skill_id`.
        1 skill_id "skill_id": i64,
    }
}
