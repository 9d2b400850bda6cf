// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `group_created`, for a tenant.
    ///
    /// Key `config.groups.created`, access `events.config.groups.created`.
    GroupCreated: TenantEvent(Tenant) = "group_created" by "confd",
    "config.groups.created", None, [], [];
    [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
    }
}

event! {
    /// `group_deleted`, for a tenant.
    ///
    /// Key `config.groups.deleted`, access `events.config.groups.deleted`.
    GroupDeleted: TenantEvent(Tenant) = "group_deleted" by "confd",
    "config.groups.deleted", None, [], [];
    [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
    }
}

event! {
    /// `group_edited`, for a tenant.
    ///
    /// Key `config.groups.edited`, access `events.config.groups.edited`.
    GroupEdited: TenantEvent(Tenant) = "group_edited" by "confd",
    "config.groups.edited", None, [], [];
    [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
    }
}

event! {
    /// `group_fallback_edited`, for a tenant.
    ///
    /// Key `config.groups.fallbacks.edited`, access `events.config.groups.fallbacks.edited`.
    GroupFallbackEdited: TenantEvent(Tenant) = "group_fallback_edited" by "confd",
    "config.groups.fallbacks.edited", None, [], [];
    [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
    }
}

event! {
    /// `group_call_permission_associated`, for a tenant.
    ///
    /// Key `config.groups.{group_uuid}.callpermissions.updated`, access `events.config.groups.{group_uuid}.callpermissions.updated`.
    GroupCallPermissionAssociated: TenantEvent(Tenant) = "group_call_permission_associated" by "confd",
    "config.groups.{group_uuid}.callpermissions.updated", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `call_permission_id`.
        2 call_permission_id "call_permission_id": i64,
    }
}

event! {
    /// `group_call_permission_dissociated`, for a tenant.
    ///
    /// Key `config.groups.{group_uuid}.callpermissions.deleted`, access `events.config.groups.{group_uuid}.callpermissions.deleted`.
    GroupCallPermissionDissociated: TenantEvent(Tenant) = "group_call_permission_dissociated" by "confd",
    "config.groups.{group_uuid}.callpermissions.deleted", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `call_permission_id`.
        2 call_permission_id "call_permission_id": i64,
    }
}

event! {
    /// `group_extension_associated`, for a tenant.
    ///
    /// Key `config.groups.extensions.updated`, access `events.config.groups.extensions.updated`.
    GroupExtensionAssociated: TenantEvent(Tenant) = "group_extension_associated" by "confd",
    "config.groups.extensions.updated", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `extension_id`.
        2 extension_id "extension_id": i64,
    }
}

event! {
    /// `group_extension_dissociated`, for a tenant.
    ///
    /// Key `config.groups.extensions.deleted`, access `events.config.groups.extensions.deleted`.
    GroupExtensionDissociated: TenantEvent(Tenant) = "group_extension_dissociated" by "confd",
    "config.groups.extensions.deleted", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `extension_id`.
        2 extension_id "extension_id": i64,
    }
}

event! {
    /// `group_member_extensions_associated`, for a tenant.
    ///
    /// Key `config.groups.members.extensions.updated`, access `events.config.groups.members.extensions.updated`.
    GroupMemberExtensionsAssociated: TenantEvent(Tenant) = "group_member_extensions_associated" by "confd",
    "config.groups.members.extensions.updated", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `extensions`.
        2 extensions "extensions": Vec<GroupMemberExtension>,
    }
}

event! {
    /// `group_member_users_associated`, for a tenant.
    ///
    /// Key `config.groups.members.users.updated`, access `events.config.groups.members.users.updated`.
    GroupMemberUsersAssociated: TenantEvent(Tenant) = "group_member_users_associated" by "confd",
    "config.groups.members.users.updated", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `user_uuids`.
        2 user_uuids "user_uuids": Vec<String>,
    }
}

event! {
    /// `group_schedule_associated`, for a tenant.
    ///
    /// Key `config.groups.schedules.updated`, access `events.config.groups.schedules.updated`.
    GroupScheduleAssociated: TenantEvent(Tenant) = "group_schedule_associated" by "confd",
    "config.groups.schedules.updated", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `schedule_id`.
        2 schedule_id "schedule_id": i64,
    }
}

event! {
    /// `group_schedule_dissociated`, for a tenant.
    ///
    /// Key `config.groups.schedules.deleted`, access `events.config.groups.schedules.deleted`.
    GroupScheduleDissociated: TenantEvent(Tenant) = "group_schedule_dissociated" by "confd",
    "config.groups.schedules.deleted", None, [], [];
    [3, 0] {
        /// `group_id`.
        0 group_id "group_id": i64,
        /// `group_uuid`.
        1 group_uuid "group_uuid": UuidText,
        /// `schedule_id`.
        2 schedule_id "schedule_id": i64,
    }
}

record! {
    /// An object in the content of events.
    GroupMemberExtension [2, 0] {
        /// `exten`.
        0 exten "exten": String,
        /// `context`.
        1 context "context": String,
    }
}
