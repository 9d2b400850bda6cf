// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `queue_created`, for a tenant.
    ///
    /// Key `config.queues.created`, access `events.config.queues.created`.
    QueueCreated: TenantEvent(Tenant) = "queue_created" by "confd",
    "config.queues.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `queue_deleted`, for a tenant.
    ///
    /// Key `config.queues.deleted`, access `events.config.queues.deleted`.
    QueueDeleted: TenantEvent(Tenant) = "queue_deleted" by "confd",
    "config.queues.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `queue_edited`, for a tenant.
    ///
    /// Key `config.queues.edited`, access `events.config.queues.edited`.
    QueueEdited: TenantEvent(Tenant) = "queue_edited" by "confd",
    "config.queues.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `queue_fallback_edited`, for a tenant.
    ///
    /// Key `config.queues.fallbacks.edited`, access `events.config.queues.fallbacks.edited`.
    QueueFallbackEdited: TenantEvent(Tenant) = "queue_fallback_edited" by "confd",
    "config.queues.fallbacks.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `queue_extension_associated`, for a tenant.
    ///
    /// Key `config.queues.extensions.updated`, access `events.config.queues.extensions.updated`.
    QueueExtensionAssociated: TenantEvent(Tenant) = "queue_extension_associated" by "confd",
    "config.queues.extensions.updated", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `queue_extension_dissociated`, for a tenant.
    ///
    /// Key `config.queues.extensions.deleted`, access `events.config.queues.extensions.deleted`.
    QueueExtensionDissociated: TenantEvent(Tenant) = "queue_extension_dissociated" by "confd",
    "config.queues.extensions.deleted", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `queue_general_edited`, for services.
    ///
    /// Key `config.queue_general.edited`, access `events.config.queue_general.edited`.
    QueueGeneralEdited: ServiceEvent(Service) = "queue_general_edited" by "confd",
    "config.queue_general.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `queue_member_agent_associated`, for a tenant.
    ///
    /// Key `config.queues.agents.updated`, access `events.config.queues.agents.updated`.
    QueueMemberAgentAssociated: TenantEvent(Tenant) = "queue_member_agent_associated" by "confd",
    "config.queues.agents.updated", None, [], [];
    [3, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `agent_id`.
        1 agent_id "agent_id": i64,
        /// `penalty`.
        2 penalty "penalty": i64,
    }
}

event! {
    /// `queue_member_agent_dissociated`, for a tenant.
    ///
    /// Key `config.queues.agents.deleted`, access `events.config.queues.agents.deleted`.
    QueueMemberAgentDissociated: TenantEvent(Tenant) = "queue_member_agent_dissociated" by "confd",
    "config.queues.agents.deleted", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `agent_id`.
        1 agent_id "agent_id": i64,
    }
}

event! {
    /// `queue_member_user_associated`, for a user.
    ///
    /// Key `config.queues.users.updated`, access `events.config.queues.users.updated`.
    QueueMemberUserAssociated: UserEvent(User) = "queue_member_user_associated" by "confd",
    "config.queues.users.updated", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
    }
}

event! {
    /// `queue_member_user_dissociated`, for a user.
    ///
    /// Key `config.queues.users.deleted`, access `events.config.queues.users.deleted`.
    QueueMemberUserDissociated: UserEvent(User) = "queue_member_user_dissociated" by "confd",
    "config.queues.users.deleted", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
    }
}

event! {
    /// `queue_schedule_associated`, for a tenant.
    ///
    /// Key `config.queues.schedules.updated`, access `events.config.queues.schedules.updated`.
    QueueScheduleAssociated: TenantEvent(Tenant) = "queue_schedule_associated" by "confd",
    "config.queues.schedules.updated", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `queue_schedule_dissociated`, for a tenant.
    ///
    /// Key `config.queues.schedules.deleted`, access `events.config.queues.schedules.deleted`.
    QueueScheduleDissociated: TenantEvent(Tenant) = "queue_schedule_dissociated" by "confd",
    "config.queues.schedules.deleted", None, [], [];
    [2, 0] {
        /// `queue_id`.
        0 queue_id "queue_id": i64,
        /// `schedule_id`.
        1 schedule_id "schedule_id": i64,
    }
}
