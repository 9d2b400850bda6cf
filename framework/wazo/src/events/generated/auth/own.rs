// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `auth_refresh_token_created`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.tokens.{client_id}.created`, access `events.auth.users.{user_uuid}.tokens.{client_id}.created`.
    AuthRefreshTokenCreated: UserEvent(User) = "auth_refresh_token_created" by "auth",
    "auth.users.{user_uuid}.tokens.{client_id}.created", None, [], [];
    [4, 0] {
        /// `client_id`.
        0 client_id "client_id": String,
        /// `mobile`.
        1 mobile "mobile": bool,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `auth_refresh_token_deleted`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.tokens.{client_id}.deleted`, access `events.auth.users.{user_uuid}.tokens.{client_id}.deleted`.
    AuthRefreshTokenDeleted: UserEvent(User) = "auth_refresh_token_deleted" by "auth",
    "auth.users.{user_uuid}.tokens.{client_id}.deleted", None, [], [];
    [4, 0] {
        /// `client_id`.
        0 client_id "client_id": String,
        /// `mobile`.
        1 mobile "mobile": bool,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `auth_session_created`, for a user.
    ///
    /// Key `auth.sessions.{session_uuid}.created`, access `events.auth.sessions.{session_uuid}.created`.
    AuthSessionCreated: UserEvent(User) = "auth_session_created" by "auth",
    "auth.sessions.{session_uuid}.created", None, ["session_uuid"], [];
    [4, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
        /// `mobile`.
        3 mobile "mobile": bool,
        /// `session_uuid`. A header, not in the content.
        4 session_uuid "session_uuid": String,
    }
}

event! {
    /// `auth_session_deleted`, for a user.
    ///
    /// Key `auth.sessions.{session_uuid}.deleted`, access `events.auth.sessions.{session_uuid}.deleted`.
    AuthSessionDeleted: UserEvent(User) = "auth_session_deleted" by "auth",
    "auth.sessions.{session_uuid}.deleted", None, ["session_uuid"], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `session_uuid`. A header, not in the content.
        3 session_uuid "session_uuid": String,
    }
}

event! {
    /// `auth_session_expire_soon`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.sessions.{session_uuid}.expire_soon`, access `events.auth.users.{user_uuid}.sessions.{session_uuid}.expire_soon`.
    AuthSessionExpireSoon: UserEvent(User) = "auth_session_expire_soon" by "auth",
    "auth.users.{user_uuid}.sessions.{session_uuid}.expire_soon", None, ["session_uuid"], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
        /// `session_uuid`. A header, not in the content.
        3 session_uuid "session_uuid": String,
    }
}

event! {
    /// `auth_tenant_added`, for a tenant.
    ///
    /// Key `auth.tenants.{tenant_uuid}.created`, access `events.auth.tenants.{tenant_uuid}.created`.
    /// Once called `auth_tenant_created`.
    AuthTenantAdded: TenantEvent(Tenant) = "auth_tenant_added" by "auth",
    "auth.tenants.{tenant_uuid}.created", None, [], ["auth_tenant_created"];
    [4, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `slug`.
        2 slug "slug": String,
        /// `domain_names`.
        3 domain_names "domain_names": Vec<String>,
    }
}

event! {
    /// `auth_tenant_deleted`, for a tenant.
    ///
    /// Key `auth.tenants.{tenant_uuid}.deleted`, access `events.auth.tenants.{tenant_uuid}.deleted`.
    AuthTenantDeleted: TenantEvent(Tenant) = "auth_tenant_deleted" by "auth",
    "auth.tenants.{tenant_uuid}.deleted", None, [], [];
    [1, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
    }
}

event! {
    /// `auth_tenant_updated`, for a tenant.
    ///
    /// Key `auth.tenants.{tenant_uuid}.updated`, access `events.auth.tenants.{tenant_uuid}.updated`.
    AuthTenantUpdated: TenantEvent(Tenant) = "auth_tenant_updated" by "auth",
    "auth.tenants.{tenant_uuid}.updated", None, [], [];
    [2, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
    }
}

event! {
    /// `auth_user_external_auth_added`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.external.{external_auth_name}.created`, access `events.auth.users.{user_uuid}.external.{external_auth_name}.created`.
    AuthUserExternalAuthAdded: UserEvent(User) = "auth_user_external_auth_added" by "auth",
    "auth.users.{user_uuid}.external.{external_auth_name}.created", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `external_auth_name`.
        1 external_auth_name "external_auth_name": String,
    }
}

event! {
    /// `auth_user_external_auth_authorized`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.external.{external_auth_name}.authorized`, access `events.auth.users.{user_uuid}.external.{external_auth_name}.authorized`.
    AuthUserExternalAuthAuthorized: UserEvent(User) = "auth_user_external_auth_authorized" by "auth",
    "auth.users.{user_uuid}.external.{external_auth_name}.authorized", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `external_auth_name`.
        1 external_auth_name "external_auth_name": String,
    }
}

event! {
    /// `auth_user_external_auth_deleted`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.external.{external_auth_name}.deleted`, access `events.auth.users.{user_uuid}.external.{external_auth_name}.deleted`.
    AuthUserExternalAuthDeleted: UserEvent(User) = "auth_user_external_auth_deleted" by "auth",
    "auth.users.{user_uuid}.external.{external_auth_name}.deleted", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `external_auth_name`.
        1 external_auth_name "external_auth_name": String,
    }
}

event! {
    /// `auth_user_external_auth_updated`, for a user.
    ///
    /// Key `auth.users.{user_uuid}.external.{external_auth_name}.updated`, access `events.auth.users.{user_uuid}.external.{external_auth_name}.updated`.
    AuthUserExternalAuthUpdated: UserEvent(User) = "auth_user_external_auth_updated" by "auth",
    "auth.users.{user_uuid}.external.{external_auth_name}.updated", None, [], [];
    [2, 0] {
        /// `user_uuid`.
        0 user_uuid "user_uuid": UuidText,
        /// `external_auth_name`.
        1 external_auth_name "external_auth_name": String,
    }
}
