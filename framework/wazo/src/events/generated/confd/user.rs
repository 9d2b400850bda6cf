// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Value;

use crate::events::UuidText;
use crate::events::named::open_name;
use crate::events::record::event;

event! {
    /// `user_created`, for a tenant.
    ///
    /// Key `config.user.created`, access `events.config.user.created`.
    UserCreated: TenantEvent(Tenant) = "user_created" by "confd",
    "config.user.created", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
        /// `subscription_type`.
        2 subscription_type "subscription_type": String,
        /// `created_at`.
        3 created_at "created_at": String,
        /// `tenant_uuid`.
        4 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `user_deleted`, for a tenant.
    ///
    /// Key `config.user.deleted`, access `events.config.user.deleted`.
    UserDeleted: TenantEvent(Tenant) = "user_deleted" by "confd",
    "config.user.deleted", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
        /// `subscription_type`.
        2 subscription_type "subscription_type": String,
        /// `created_at`.
        3 created_at "created_at": String,
        /// `tenant_uuid`.
        4 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `user_edited`, for a tenant.
    ///
    /// Key `config.user.edited`, access `events.config.user.edited`.
    UserEdited: TenantEvent(Tenant) = "user_edited" by "confd",
    "config.user.edited", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
        /// `subscription_type`.
        2 subscription_type "subscription_type": String,
        /// `created_at`.
        3 created_at "created_at": String,
        /// `tenant_uuid`.
        4 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `user_fallback_edited`, for a user.
    ///
    /// Key `config.users.fallbacks.edited`, access `events.config.users.fallbacks.edited`.
    UserFallbackEdited: UserEvent(User) = "user_fallback_edited" by "confd",
    "config.users.fallbacks.edited", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
        /// `subscription_type`.
        2 subscription_type "subscription_type": Value,
        /// `created_at`.
        3 created_at "created_at": Value,
        /// `tenant_uuid`.
        4 tenant_uuid "tenant_uuid": UuidText,
    }
}

open_name! {
    /// `users_forwards_{forward_name}_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.forwards.{forward_name}.updated`, access `events.config.users.{user_uuid}.forwards.{forward_name}.updated`.
    UsersForwardsUpdated(User) = ("users_forwards_", "_updated") by "confd",
    "config.users.{user_uuid}.forwards.{forward_name}.updated", None, Some("forward_name");
    [5, 0] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
        /// `destination`.
        4 destination "destination": String,
    }
}

open_name! {
    /// `users_services_{service_name}_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.services.{service_name}.updated`, access `events.config.users.{user_uuid}.services.{service_name}.updated`.
    UsersServicesUpdated(User) = ("users_services_", "_updated") by "confd",
    "config.users.{user_uuid}.services.{service_name}.updated", None, Some("service_name");
    [4, 0] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}

event! {
    /// `users_forwards_busy_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.forwards.busy.updated`, access `events.config.users.{user_uuid}.forwards.busy.updated`.
    UsersForwardsBusyUpdated: UserEvent(User) = "users_forwards_busy_updated" by "confd",
    "config.users.{user_uuid}.forwards.busy.updated", None, ["forward_name"], [];
    [5, 0] [("forward_name", "busy")] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
        /// `destination`.
        4 destination "destination": String,
    }
}

event! {
    /// `users_forwards_noanswer_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.forwards.noanswer.updated`, access `events.config.users.{user_uuid}.forwards.noanswer.updated`.
    UsersForwardsNoanswerUpdated: UserEvent(User) = "users_forwards_noanswer_updated" by "confd",
    "config.users.{user_uuid}.forwards.noanswer.updated", None, ["forward_name"], [];
    [5, 0] [("forward_name", "noanswer")] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
        /// `destination`.
        4 destination "destination": String,
    }
}

event! {
    /// `users_forwards_unconditional_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.forwards.unconditional.updated`, access `events.config.users.{user_uuid}.forwards.unconditional.updated`.
    UsersForwardsUnconditionalUpdated: UserEvent(User) = "users_forwards_unconditional_updated" by "confd",
    "config.users.{user_uuid}.forwards.unconditional.updated", None, ["forward_name"], [];
    [5, 0] [("forward_name", "unconditional")] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
        /// `destination`.
        4 destination "destination": String,
    }
}

event! {
    /// `users_services_dnd_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.services.dnd.updated`, access `events.config.users.{user_uuid}.services.dnd.updated`.
    UsersServicesDndUpdated: UserEvent(User) = "users_services_dnd_updated" by "confd",
    "config.users.{user_uuid}.services.dnd.updated", None, ["service_name"], [];
    [4, 0] [("service_name", "dnd")] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}

event! {
    /// `users_services_incallfilter_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.services.incallfilter.updated`, access `events.config.users.{user_uuid}.services.incallfilter.updated`.
    UsersServicesIncallfilterUpdated: UserEvent(User) = "users_services_incallfilter_updated" by "confd",
    "config.users.{user_uuid}.services.incallfilter.updated", None, ["service_name"], [];
    [4, 0] [("service_name", "incallfilter")] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}
