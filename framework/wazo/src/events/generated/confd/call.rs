// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `call_filter_created`, for a tenant.
    ///
    /// Key `config.callfilter.created`, access `events.config.callfilter.created`.
    CallFilterCreated: TenantEvent(Tenant) = "call_filter_created" by "confd",
    "config.callfilter.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_filter_deleted`, for a tenant.
    ///
    /// Key `config.callfilter.deleted`, access `events.config.callfilter.deleted`.
    CallFilterDeleted: TenantEvent(Tenant) = "call_filter_deleted" by "confd",
    "config.callfilter.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_filter_edited`, for a tenant.
    ///
    /// Key `config.callfilter.edited`, access `events.config.callfilter.edited`.
    CallFilterEdited: TenantEvent(Tenant) = "call_filter_edited" by "confd",
    "config.callfilter.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_filter_fallback_edited`, for a tenant.
    ///
    /// Key `config.callfilters.fallbacks.edited`, access `events.config.callfilters.fallbacks.edited`.
    CallFilterFallbackEdited: TenantEvent(Tenant) = "call_filter_fallback_edited" by "confd",
    "config.callfilters.fallbacks.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_filter_recipient_users_associated`, for a tenant.
    ///
    /// Key `config.callfilters.recipients.users.updated`, access `events.config.callfilters.recipients.users.updated`.
    CallFilterRecipientUsersAssociated: TenantEvent(Tenant) = "call_filter_recipient_users_associated" by "confd",
    "config.callfilters.recipients.users.updated", None, [], [];
    [2, 0] {
        /// `call_filter_id`.
        0 call_filter_id "call_filter_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}

event! {
    /// `call_filter_surrogate_users_associated`, for a tenant.
    ///
    /// Key `config.callfilters.surrogates.users.updated`, access `events.config.callfilters.surrogates.users.updated`.
    CallFilterSurrogateUsersAssociated: TenantEvent(Tenant) = "call_filter_surrogate_users_associated" by "confd",
    "config.callfilters.surrogates.users.updated", None, [], [];
    [2, 0] {
        /// `call_filter_id`.
        0 call_filter_id "call_filter_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}

event! {
    /// `call_permission_created`, for a tenant.
    ///
    /// Key `config.callpermission.created`, access `events.config.callpermission.created`.
    CallPermissionCreated: TenantEvent(Tenant) = "call_permission_created" by "confd",
    "config.callpermission.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_permission_deleted`, for a tenant.
    ///
    /// Key `config.callpermission.deleted`, access `events.config.callpermission.deleted`.
    CallPermissionDeleted: TenantEvent(Tenant) = "call_permission_deleted" by "confd",
    "config.callpermission.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_permission_edited`, for a tenant.
    ///
    /// Key `config.callpermission.edited`, access `events.config.callpermission.edited`.
    CallPermissionEdited: TenantEvent(Tenant) = "call_permission_edited" by "confd",
    "config.callpermission.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_pickup_created`, for a tenant.
    ///
    /// Key `config.callpickup.created`, access `events.config.callpickup.created`.
    CallPickupCreated: TenantEvent(Tenant) = "call_pickup_created" by "confd",
    "config.callpickup.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_pickup_deleted`, for a tenant.
    ///
    /// Key `config.callpickup.deleted`, access `events.config.callpickup.deleted`.
    CallPickupDeleted: TenantEvent(Tenant) = "call_pickup_deleted" by "confd",
    "config.callpickup.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_pickup_edited`, for a tenant.
    ///
    /// Key `config.callpickup.edited`, access `events.config.callpickup.edited`.
    CallPickupEdited: TenantEvent(Tenant) = "call_pickup_edited" by "confd",
    "config.callpickup.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `call_pickup_interceptor_groups_associated`, for a tenant.
    ///
    /// Key `config.callpickups.interceptors.groups.updated`, access `events.config.callpickups.interceptors.groups.updated`.
    CallPickupInterceptorGroupsAssociated: TenantEvent(Tenant) = "call_pickup_interceptor_groups_associated" by "confd",
    "config.callpickups.interceptors.groups.updated", None, [], [];
    [2, 0] {
        /// `call_pickup_id`.
        0 call_pickup_id "call_pickup_id": i64,
        /// `group_ids`.
        1 group_ids "group_ids": Vec<i64>,
    }
}

event! {
    /// `call_pickup_interceptor_users_associated`, for a tenant.
    ///
    /// Key `config.callpickups.interceptors.users.updated`, access `events.config.callpickups.interceptors.users.updated`.
    CallPickupInterceptorUsersAssociated: TenantEvent(Tenant) = "call_pickup_interceptor_users_associated" by "confd",
    "config.callpickups.interceptors.users.updated", None, [], [];
    [2, 0] {
        /// `call_pickup_id`.
        0 call_pickup_id "call_pickup_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}

event! {
    /// `call_pickup_target_groups_associated`, for a tenant.
    ///
    /// Key `config.callpickups.targets.groups.updated`, access `events.config.callpickups.targets.groups.updated`.
    CallPickupTargetGroupsAssociated: TenantEvent(Tenant) = "call_pickup_target_groups_associated" by "confd",
    "config.callpickups.targets.groups.updated", None, [], [];
    [2, 0] {
        /// `call_pickup_id`.
        0 call_pickup_id "call_pickup_id": i64,
        /// `group_ids`.
        1 group_ids "group_ids": Vec<i64>,
    }
}

event! {
    /// `call_pickup_target_users_associated`, for a tenant.
    ///
    /// Key `config.callpickups.targets.users.updated`, access `events.config.callpickups.targets.users.updated`.
    CallPickupTargetUsersAssociated: TenantEvent(Tenant) = "call_pickup_target_users_associated" by "confd",
    "config.callpickups.targets.users.updated", None, [], [];
    [2, 0] {
        /// `call_pickup_id`.
        0 call_pickup_id "call_pickup_id": i64,
        /// `user_uuids`.
        1 user_uuids "user_uuids": Vec<String>,
    }
}
