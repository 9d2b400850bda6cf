// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `trunk_created`, for a tenant.
    ///
    /// Key `config.trunk.created`, access `events.config.trunk.created`.
    TrunkCreated: TenantEvent(Tenant) = "trunk_created" by "confd",
    "config.trunk.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `trunk_deleted`, for a tenant.
    ///
    /// Key `config.trunk.deleted`, access `events.config.trunk.deleted`.
    TrunkDeleted: TenantEvent(Tenant) = "trunk_deleted" by "confd",
    "config.trunk.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `trunk_edited`, for a tenant.
    ///
    /// Key `config.trunk.edited`, access `events.config.trunk.edited`.
    TrunkEdited: TenantEvent(Tenant) = "trunk_edited" by "confd",
    "config.trunk.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `trunk_endpoint_custom_associated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.updated`, access `events.config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.updated`.
    TrunkEndpointCustomAssociated: TenantEvent(Tenant) = "trunk_endpoint_custom_associated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.updated", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_custom`.
        1 endpoint_custom "endpoint_custom": TrunkEndpointEndpointCustom,
    }
}

event! {
    /// `trunk_endpoint_custom_dissociated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.deleted`, access `events.config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.deleted`.
    TrunkEndpointCustomDissociated: TenantEvent(Tenant) = "trunk_endpoint_custom_dissociated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.custom.{endpoint_custom[id]}.deleted", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_custom`.
        1 endpoint_custom "endpoint_custom": TrunkEndpointEndpointCustom,
    }
}

event! {
    /// `trunk_endpoint_iax_associated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.updated`, access `events.config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.updated`.
    TrunkEndpointIaxAssociated: TenantEvent(Tenant) = "trunk_endpoint_iax_associated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.updated", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_iax`.
        1 endpoint_iax "endpoint_iax": TrunkEndpointEndpointIax,
    }
}

event! {
    /// `trunk_endpoint_iax_dissociated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.deleted`, access `events.config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.deleted`.
    TrunkEndpointIaxDissociated: TenantEvent(Tenant) = "trunk_endpoint_iax_dissociated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.iax.{endpoint_iax[id]}.deleted", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_iax`.
        1 endpoint_iax "endpoint_iax": TrunkEndpointEndpointIax,
    }
}

event! {
    /// `trunk_endpoint_sip_associated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated`, access `events.config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated`.
    TrunkEndpointSipAssociated: TenantEvent(Tenant) = "trunk_endpoint_sip_associated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_sip`.
        1 endpoint_sip "endpoint_sip": TrunkEndpointEndpointSip,
    }
}

event! {
    /// `trunk_endpoint_sip_dissociated`, for a tenant.
    ///
    /// Key `config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted`, access `events.config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted`.
    TrunkEndpointSipDissociated: TenantEvent(Tenant) = "trunk_endpoint_sip_dissociated" by "confd",
    "config.trunks.{trunk[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted", None, [], [];
    [2, 0] {
        /// `trunk`.
        0 trunk "trunk": TrunkEndpointTrunk,
        /// `endpoint_sip`.
        1 endpoint_sip "endpoint_sip": TrunkEndpointEndpointSip,
    }
}

event! {
    /// `trunk_register_iax_associated`, for a tenant.
    ///
    /// Key `config.trunks.registers.iax.updated`, access `events.config.trunks.registers.iax.updated`.
    TrunkRegisterIaxAssociated: TenantEvent(Tenant) = "trunk_register_iax_associated" by "confd",
    "config.trunks.registers.iax.updated", None, [], [];
    [2, 0] {
        /// `trunk_id`.
        0 trunk_id "trunk_id": i64,
        /// `register_id`.
        1 register_id "register_id": i64,
    }
}

event! {
    /// `trunk_register_iax_dissociated`, for a tenant.
    ///
    /// Key `config.trunks.registers.iax.deleted`, access `events.config.trunks.registers.iax.deleted`.
    TrunkRegisterIaxDissociated: TenantEvent(Tenant) = "trunk_register_iax_dissociated" by "confd",
    "config.trunks.registers.iax.deleted", None, [], [];
    [2, 0] {
        /// `trunk_id`.
        0 trunk_id "trunk_id": i64,
        /// `register_id`.
        1 register_id "register_id": i64,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointTrunk [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointEndpointCustom [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `interface`.
        2 interface "interface": String,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointEndpointIax [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointEndpointSip [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `auth_section_options`.
        3 auth_section_options "auth_section_options": TrunkEndpointEndpointSipAuthSectionOptions,
        /// `registration_section_options`.
        4 registration_section_options "registration_section_options": TrunkEndpointEndpointSipRegistrationSectionOptions,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointEndpointSipAuthSectionOptions [1, 0] {
        /// `username`.
        0 username "username": String,
    }
}

record! {
    /// An object in the content of events.
    TrunkEndpointEndpointSipRegistrationSectionOptions [1, 0] {
        /// `client_uri`.
        0 client_uri "client_uri": String,
    }
}
