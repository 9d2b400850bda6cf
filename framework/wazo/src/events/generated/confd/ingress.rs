// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `ingress_http_created`, for a tenant.
    ///
    /// Key `config.ingresses.http.created`, access `events.config.ingresses.http.created`.
    IngressHttpCreated: TenantEvent(Tenant) = "ingress_http_created" by "confd",
    "config.ingresses.http.created", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `uri`.
        2 uri "uri": String,
    }
}

event! {
    /// `ingress_http_deleted`, for a tenant.
    ///
    /// Key `config.ingresses.http.deleted`, access `events.config.ingresses.http.deleted`.
    IngressHttpDeleted: TenantEvent(Tenant) = "ingress_http_deleted" by "confd",
    "config.ingresses.http.deleted", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `uri`.
        2 uri "uri": String,
    }
}

event! {
    /// `ingress_http_edited`, for a tenant.
    ///
    /// Key `config.ingresses.http.edited`, access `events.config.ingresses.http.edited`.
    IngressHttpEdited: TenantEvent(Tenant) = "ingress_http_edited" by "confd",
    "config.ingresses.http.edited", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `uri`.
        2 uri "uri": String,
    }
}
