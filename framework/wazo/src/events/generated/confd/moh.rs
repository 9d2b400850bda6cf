// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `moh_created`, for a tenant.
    ///
    /// Key `config.moh.created`, access `events.config.moh.created`.
    MohCreated: TenantEvent(Tenant) = "moh_created" by "confd",
    "config.moh.created", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
    }
}

event! {
    /// `moh_deleted`, for a tenant.
    ///
    /// Key `config.moh.deleted`, access `events.config.moh.deleted`.
    MohDeleted: TenantEvent(Tenant) = "moh_deleted" by "confd",
    "config.moh.deleted", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
    }
}

event! {
    /// `moh_edited`, for a tenant.
    ///
    /// Key `config.moh.edited`, access `events.config.moh.edited`.
    MohEdited: TenantEvent(Tenant) = "moh_edited" by "confd",
    "config.moh.edited", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
    }
}
