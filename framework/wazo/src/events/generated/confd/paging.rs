// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `paging_created`, for a tenant.
    ///
    /// Key `config.pagings.created`, access `events.config.pagings.created`.
    PagingCreated: TenantEvent(Tenant) = "paging_created" by "confd",
    "config.pagings.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `paging_deleted`, for a tenant.
    ///
    /// Key `config.pagings.deleted`, access `events.config.pagings.deleted`.
    PagingDeleted: TenantEvent(Tenant) = "paging_deleted" by "confd",
    "config.pagings.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `paging_edited`, for a tenant.
    ///
    /// Key `config.pagings.edited`, access `events.config.pagings.edited`.
    PagingEdited: TenantEvent(Tenant) = "paging_edited" by "confd",
    "config.pagings.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `paging_caller_users_associated`, for a tenant.
    ///
    /// Key `config.pagings.callers.users.updated`, access `events.config.pagings.callers.users.updated`.
    PagingCallerUsersAssociated: TenantEvent(Tenant) = "paging_caller_users_associated" by "confd",
    "config.pagings.callers.users.updated", None, [], [];
    [2, 0] {
        /// `paging_id`.
        0 paging_id "paging_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}

event! {
    /// `paging_member_users_associated`, for a tenant.
    ///
    /// Key `config.pagings.members.users.updated`, access `events.config.pagings.members.users.updated`.
    PagingMemberUsersAssociated: TenantEvent(Tenant) = "paging_member_users_associated" by "confd",
    "config.pagings.members.users.updated", None, [], [];
    [2, 0] {
        /// `paging_id`.
        0 paging_id "paging_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}
