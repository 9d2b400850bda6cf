// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `skill_created`, for a tenant.
    ///
    /// Key `config.agents.skills.created`, access `events.config.agents.skills.created`.
    SkillCreated: TenantEvent(Tenant) = "skill_created" by "confd",
    "config.agents.skills.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `skill_deleted`, for a tenant.
    ///
    /// Key `config.agents.skills.deleted`, access `events.config.agents.skills.deleted`.
    SkillDeleted: TenantEvent(Tenant) = "skill_deleted" by "confd",
    "config.agents.skills.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `skill_edited`, for a tenant.
    ///
    /// Key `config.agents.skills.edited`, access `events.config.agents.skills.edited`.
    SkillEdited: TenantEvent(Tenant) = "skill_edited" by "confd",
    "config.agents.skills.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `skill_rule_created`, for a tenant.
    ///
    /// Key `config.queues.skillrules.created`, access `events.config.queues.skillrules.created`.
    SkillRuleCreated: TenantEvent(Tenant) = "skill_rule_created" by "confd",
    "config.queues.skillrules.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `skill_rule_deleted`, for a tenant.
    ///
    /// Key `config.queues.skillrules.deleted`, access `events.config.queues.skillrules.deleted`.
    SkillRuleDeleted: TenantEvent(Tenant) = "skill_rule_deleted" by "confd",
    "config.queues.skillrules.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `skill_rule_edited`, for a tenant.
    ///
    /// Key `config.queues.skillrules.edited`, access `events.config.queues.skillrules.edited`.
    SkillRuleEdited: TenantEvent(Tenant) = "skill_rule_edited" by "confd",
    "config.queues.skillrules.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}
