// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, UuidText};

event! {
    /// `application_created`, for a tenant.
    ///
    /// Key `config.applications.created`, access `events.config.applications.created`.
    ApplicationCreated: TenantEvent(Tenant) = "application_created" by "confd",
    "config.applications.created", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `destination`.
        3 destination "destination": String,
        /// `destination_options`.
        4 destination_options "destination_options": Object,
    }
}

event! {
    /// `application_deleted`, for a tenant.
    ///
    /// Key `config.applications.deleted`, access `events.config.applications.deleted`.
    ApplicationDeleted: TenantEvent(Tenant) = "application_deleted" by "confd",
    "config.applications.deleted", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `destination`.
        3 destination "destination": String,
        /// `destination_options`.
        4 destination_options "destination_options": Object,
    }
}

event! {
    /// `application_edited`, for a tenant.
    ///
    /// Key `config.applications.edited`, access `events.config.applications.edited`.
    ApplicationEdited: TenantEvent(Tenant) = "application_edited" by "confd",
    "config.applications.edited", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `destination`.
        3 destination "destination": String,
        /// `destination_options`.
        4 destination_options "destination_options": Object,
    }
}
