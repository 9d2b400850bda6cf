// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `context_created`, for a tenant.
    ///
    /// Key `config.contexts.created`, access `events.config.contexts.created`.
    ContextCreated: TenantEvent(Tenant) = "context_created" by "confd",
    "config.contexts.created", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `type`.
        2 r#type "type": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `context_deleted`, for a tenant.
    ///
    /// Key `config.contexts.deleted`, access `events.config.contexts.deleted`.
    ContextDeleted: TenantEvent(Tenant) = "context_deleted" by "confd",
    "config.contexts.deleted", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `type`.
        2 r#type "type": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `context_edited`, for a tenant.
    ///
    /// Key `config.contexts.edited`, access `events.config.contexts.edited`.
    ContextEdited: TenantEvent(Tenant) = "context_edited" by "confd",
    "config.contexts.edited", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `type`.
        2 r#type "type": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `contexts_associated`, for a tenant.
    ///
    /// Key `config.contexts.contexts.updated`, access `events.config.contexts.contexts.updated`.
    ContextsAssociated: TenantEvent(Tenant) = "contexts_associated" by "confd",
    "config.contexts.contexts.updated", None, [], [];
    [2, 0] {
        /// `context_id`.
        0 context_id "context_id": i64,
        /// `context_ids`.
        1 context_ids "context_ids": Vec<i64>,
    }
}
