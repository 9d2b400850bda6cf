// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `custom_endpoint_created`, for a tenant.
    ///
    /// Key `config.custom_endpoint.created`, access `events.config.custom_endpoint.created`.
    CustomEndpointCreated: TenantEvent(Tenant) = "custom_endpoint_created" by "confd",
    "config.custom_endpoint.created", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `interface`.
        2 interface "interface": String,
        /// `trunk`.
        3 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        4 line "line": EndpointCustomLine,
    }
}

event! {
    /// `custom_endpoint_deleted`, for a tenant.
    ///
    /// Key `config.custom_endpoint.deleted`, access `events.config.custom_endpoint.deleted`.
    CustomEndpointDeleted: TenantEvent(Tenant) = "custom_endpoint_deleted" by "confd",
    "config.custom_endpoint.deleted", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `interface`.
        2 interface "interface": String,
        /// `trunk`.
        3 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        4 line "line": EndpointCustomLine,
    }
}

event! {
    /// `custom_endpoint_edited`, for a tenant.
    ///
    /// Key `config.custom_endpoint.edited`, access `events.config.custom_endpoint.edited`.
    CustomEndpointEdited: TenantEvent(Tenant) = "custom_endpoint_edited" by "confd",
    "config.custom_endpoint.edited", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `interface`.
        2 interface "interface": String,
        /// `trunk`.
        3 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        4 line "line": EndpointCustomLine,
    }
}

event! {
    /// `iax_endpoint_created`, for a tenant.
    ///
    /// Key `config.iax_endpoint.created`, access `events.config.iax_endpoint.created`.
    IaxEndpointCreated: TenantEvent(Tenant) = "iax_endpoint_created" by "confd",
    "config.iax_endpoint.created", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `trunk`.
        2 trunk "trunk": EndpointCustomTrunk,
    }
}

event! {
    /// `iax_endpoint_deleted`, for a tenant.
    ///
    /// Key `config.iax_endpoint.deleted`, access `events.config.iax_endpoint.deleted`.
    IaxEndpointDeleted: TenantEvent(Tenant) = "iax_endpoint_deleted" by "confd",
    "config.iax_endpoint.deleted", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `trunk`.
        2 trunk "trunk": EndpointCustomTrunk,
    }
}

event! {
    /// `iax_endpoint_edited`, for a tenant.
    ///
    /// Key `config.iax_endpoint.edited`, access `events.config.iax_endpoint.edited`.
    IaxEndpointEdited: TenantEvent(Tenant) = "iax_endpoint_edited" by "confd",
    "config.iax_endpoint.edited", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `trunk`.
        2 trunk "trunk": EndpointCustomTrunk,
    }
}

event! {
    /// `sccp_endpoint_created`, for a tenant.
    ///
    /// Key `config.sccp_endpoint.created`, access `events.config.sccp_endpoint.created`.
    SccpEndpointCreated: TenantEvent(Tenant) = "sccp_endpoint_created" by "confd",
    "config.sccp_endpoint.created", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `line`.
        2 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sccp_endpoint_deleted`, for a tenant.
    ///
    /// Key `config.sccp_endpoint.deleted`, access `events.config.sccp_endpoint.deleted`.
    SccpEndpointDeleted: TenantEvent(Tenant) = "sccp_endpoint_deleted" by "confd",
    "config.sccp_endpoint.deleted", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `line`.
        2 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sccp_endpoint_edited`, for a tenant.
    ///
    /// Key `config.sccp_endpoint.edited`, access `events.config.sccp_endpoint.edited`.
    SccpEndpointEdited: TenantEvent(Tenant) = "sccp_endpoint_edited" by "confd",
    "config.sccp_endpoint.edited", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `line`.
        2 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_created`, for a tenant.
    ///
    /// Key `config.sip_endpoint.created`, access `events.config.sip_endpoint.created`.
    SipEndpointCreated: TenantEvent(Tenant) = "sip_endpoint_created" by "confd",
    "config.sip_endpoint.created", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_deleted`, for a tenant.
    ///
    /// Key `config.sip_endpoint.deleted`, access `events.config.sip_endpoint.deleted`.
    SipEndpointDeleted: TenantEvent(Tenant) = "sip_endpoint_deleted" by "confd",
    "config.sip_endpoint.deleted", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_edited`, for a tenant.
    ///
    /// Key `config.sip_endpoint.edited`, access `events.config.sip_endpoint.edited`.
    SipEndpointEdited: TenantEvent(Tenant) = "sip_endpoint_edited" by "confd",
    "config.sip_endpoint.edited", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_template_created`, for a tenant.
    ///
    /// Key `config.sip_endpoint_template.created`, access `events.config.sip_endpoint_template.created`.
    SipEndpointTemplateCreated: TenantEvent(Tenant) = "sip_endpoint_template_created" by "confd",
    "config.sip_endpoint_template.created", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_template_deleted`, for a tenant.
    ///
    /// Key `config.sip_endpoint_template.deleted`, access `events.config.sip_endpoint_template.deleted`.
    SipEndpointTemplateDeleted: TenantEvent(Tenant) = "sip_endpoint_template_deleted" by "confd",
    "config.sip_endpoint_template.deleted", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

event! {
    /// `sip_endpoint_template_edited`, for a tenant.
    ///
    /// Key `config.sip_endpoint_template.edited`, access `events.config.sip_endpoint_template.edited`.
    SipEndpointTemplateEdited: TenantEvent(Tenant) = "sip_endpoint_template_edited" by "confd",
    "config.sip_endpoint_template.edited", None, [], [];
    [8, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `label`.
        3 label "label": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": EndpointSipAuthSectionOptions,
        /// `regsitration_section_options`.
        5 regsitration_section_options "regsitration_section_options": EndpointSipRegsitrationSectionOptions,
        /// `trunk`.
        6 trunk "trunk": EndpointCustomTrunk,
        /// `line`.
        7 line "line": EndpointCustomLine,
    }
}

record! {
    /// An object in the content of events.
    EndpointCustomTrunk [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

record! {
    /// An object in the content of events.
    EndpointCustomLine [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

record! {
    /// An object in the content of events.
    EndpointSipAuthSectionOptions [1, 0] {
        /// `username`.
        0 username "username": String,
    }
}

record! {
    /// An object in the content of events.
    EndpointSipRegsitrationSectionOptions [1, 0] {
        /// `client_uri`.
        0 client_uri "client_uri": String,
    }
}
