// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `phone_number_created`, for a tenant.
    ///
    /// Key `config.phone_number.created`, access `events.config.phone_number.created`.
    PhoneNumberCreated: TenantEvent(Tenant) = "phone_number_created" by "confd",
    "config.phone_number.created", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `number`.
        2 number "number": String,
        /// `caller_id_name`.
        3 caller_id_name "caller_id_name": String,
        /// `main`.
        4 main "main": bool,
        /// `shareable`.
        5 shareable "shareable": bool,
    }
}

event! {
    /// `phone_number_deleted`, for a tenant.
    ///
    /// Key `config.phone_number.deleted`, access `events.config.phone_number.deleted`.
    PhoneNumberDeleted: TenantEvent(Tenant) = "phone_number_deleted" by "confd",
    "config.phone_number.deleted", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `number`.
        2 number "number": String,
        /// `caller_id_name`.
        3 caller_id_name "caller_id_name": String,
        /// `main`.
        4 main "main": bool,
        /// `shareable`.
        5 shareable "shareable": bool,
    }
}

event! {
    /// `phone_number_edited`, for a tenant.
    ///
    /// Key `config.phone_number.edited`, access `events.config.phone_number.edited`.
    PhoneNumberEdited: TenantEvent(Tenant) = "phone_number_edited" by "confd",
    "config.phone_number.edited", None, [], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `number`.
        2 number "number": String,
        /// `caller_id_name`.
        3 caller_id_name "caller_id_name": String,
        /// `main`.
        4 main "main": bool,
        /// `shareable`.
        5 shareable "shareable": bool,
    }
}

event! {
    /// `phone_number_main_updated`, for a tenant.
    ///
    /// Key `config.phone_number.main.updated`, access `events.config.phone_number.main.updated`.
    PhoneNumberMainUpdated: TenantEvent(Tenant) = "phone_number_main_updated" by "confd",
    "config.phone_number.main.updated", None, [], [];
    [2, 0] {
        /// `current_main_uuid`.
        0 current_main_uuid "current_main_uuid": String,
        /// `new_main_uuid`.
        1 new_main_uuid "new_main_uuid": String,
    }
}
