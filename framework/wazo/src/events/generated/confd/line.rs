// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `line_created`, for a tenant.
    ///
    /// Key `config.line.created`, access `events.config.line.created`.
    LineCreated: TenantEvent(Tenant) = "line_created" by "confd",
    "config.line.created", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `protocol`.
        1 protocol "protocol": String,
        /// `name`.
        2 name "name": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `line_deleted`, for a tenant.
    ///
    /// Key `config.line.deleted`, access `events.config.line.deleted`.
    LineDeleted: TenantEvent(Tenant) = "line_deleted" by "confd",
    "config.line.deleted", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `protocol`.
        1 protocol "protocol": String,
        /// `name`.
        2 name "name": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `line_edited`, for a tenant.
    ///
    /// Key `config.line.edited`, access `events.config.line.edited`.
    LineEdited: TenantEvent(Tenant) = "line_edited" by "confd",
    "config.line.edited", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `protocol`.
        1 protocol "protocol": String,
        /// `name`.
        2 name "name": String,
        /// `tenant_uuid`.
        3 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `line_application_associated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.applications.{application[uuid]}.updated`, access `events.config.lines.{line[id]}.applications.{application[uuid]}.updated`.
    LineApplicationAssociated: TenantEvent(Tenant) = "line_application_associated" by "confd",
    "config.lines.{line[id]}.applications.{application[uuid]}.updated", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineApplicationLine,
        /// `application`.
        1 application "application": LineApplicationApplication,
    }
}

event! {
    /// `line_application_dissociated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.applications.{application[uuid]}.deleted`, access `events.config.lines.{line[id]}.applications.{application[uuid]}.deleted`.
    LineApplicationDissociated: TenantEvent(Tenant) = "line_application_dissociated" by "confd",
    "config.lines.{line[id]}.applications.{application[uuid]}.deleted", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineApplicationLine,
        /// `application`.
        1 application "application": LineApplicationApplication,
    }
}

event! {
    /// `line_device_associated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.devices.{device[id]}.updated`, access `events.config.lines.{line[id]}.devices.{device[id]}.updated`.
    LineDeviceAssociated: TenantEvent(Tenant) = "line_device_associated" by "confd",
    "config.lines.{line[id]}.devices.{device[id]}.updated", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineApplicationLine,
        /// `device`.
        1 device "device": LineDeviceDevice,
    }
}

event! {
    /// `line_device_dissociated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.devices.{device[id]}.deleted`, access `events.config.lines.{line[id]}.devices.{device[id]}.deleted`.
    LineDeviceDissociated: TenantEvent(Tenant) = "line_device_dissociated" by "confd",
    "config.lines.{line[id]}.devices.{device[id]}.deleted", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineApplicationLine,
        /// `device`.
        1 device "device": LineDeviceDevice,
    }
}

event! {
    /// `line_endpoint_custom_associated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.updated`, access `events.config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.updated`.
    LineEndpointCustomAssociated: TenantEvent(Tenant) = "line_endpoint_custom_associated" by "confd",
    "config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.updated", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_custom`.
        1 endpoint_custom "endpoint_custom": LineEndpointEndpointCustom,
    }
}

event! {
    /// `line_endpoint_custom_dissociated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.deleted`, access `events.config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.deleted`.
    LineEndpointCustomDissociated: TenantEvent(Tenant) = "line_endpoint_custom_dissociated" by "confd",
    "config.lines.{line[id]}.endpoints.custom.{endpoint_custom[id]}.deleted", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_custom`.
        1 endpoint_custom "endpoint_custom": LineEndpointEndpointCustom,
    }
}

event! {
    /// `line_endpoint_sccp_associated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.updated`, access `events.config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.updated`.
    LineEndpointSccpAssociated: TenantEvent(Tenant) = "line_endpoint_sccp_associated" by "confd",
    "config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.updated", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_sccp`.
        1 endpoint_sccp "endpoint_sccp": LineEndpointEndpointSccp,
    }
}

event! {
    /// `line_endpoint_sccp_dissociated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.deleted`, access `events.config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.deleted`.
    LineEndpointSccpDissociated: TenantEvent(Tenant) = "line_endpoint_sccp_dissociated" by "confd",
    "config.lines.{line[id]}.endpoints.sccp.{endpoint_sccp[id]}.deleted", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_sccp`.
        1 endpoint_sccp "endpoint_sccp": LineEndpointEndpointSccp,
    }
}

event! {
    /// `line_endpoint_sip_associated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated`, access `events.config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated`.
    LineEndpointSipAssociated: TenantEvent(Tenant) = "line_endpoint_sip_associated" by "confd",
    "config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.updated", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_sip`.
        1 endpoint_sip "endpoint_sip": LineEndpointEndpointSip,
    }
}

event! {
    /// `line_endpoint_sip_dissociated`, for a tenant.
    ///
    /// Key `config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted`, access `events.config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted`.
    LineEndpointSipDissociated: TenantEvent(Tenant) = "line_endpoint_sip_dissociated" by "confd",
    "config.lines.{line[id]}.endpoints.sip.{endpoint_sip[uuid]}.deleted", None, [], [];
    [2, 0] {
        /// `line`.
        0 line "line": LineEndpointLine,
        /// `endpoint_sip`.
        1 endpoint_sip "endpoint_sip": LineEndpointEndpointSip,
    }
}

event! {
    /// `line_extension_associated`, for a tenant.
    ///
    /// Key `config.line_extension_associated.updated`, access `events.config.line_extension_associated.updated`.
    LineExtensionAssociated: TenantEvent(Tenant) = "line_extension_associated" by "confd",
    "config.line_extension_associated.updated", None, [], [];
    [2, 0] {
        /// `line_id`.
        0 line_id "line_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `line_extension_dissociated`, for a tenant.
    ///
    /// Key `config.line_extension_associated.deleted`, access `events.config.line_extension_associated.deleted`.
    LineExtensionDissociated: TenantEvent(Tenant) = "line_extension_dissociated" by "confd",
    "config.line_extension_associated.deleted", None, [], [];
    [2, 0] {
        /// `line_id`.
        0 line_id "line_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

record! {
    /// An object in the content of events.
    LineApplicationLine [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `endpoint_sip`.
        2 endpoint_sip "endpoint_sip": LineApplicationLineEndpointSip,
        /// `endpoint_sccp`.
        3 endpoint_sccp "endpoint_sccp": LineApplicationLineEndpointSccp,
        /// `endpoint_custom`.
        4 endpoint_custom "endpoint_custom": LineApplicationLineEndpointCustom,
    }
}

record! {
    /// An object in the content of events.
    LineApplicationApplication [1, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    LineDeviceDevice [1, 0] {
        /// `id`.
        0 id "id": String,
    }
}

record! {
    /// An object in the content of events.
    LineEndpointLine [3, 0] {
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
    LineEndpointEndpointCustom [3, 0] {
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
    LineEndpointEndpointSccp [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    LineEndpointEndpointSip [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `label`.
        2 label "label": String,
        /// `name`.
        3 name "name": String,
        /// `auth_section_options`.
        4 auth_section_options "auth_section_options": LineEndpointEndpointSipAuthSectionOptions,
    }
}

record! {
    /// An object in the content of events.
    LineApplicationLineEndpointSip [1, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    LineApplicationLineEndpointSccp [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

record! {
    /// An object in the content of events.
    LineApplicationLineEndpointCustom [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

record! {
    /// An object in the content of events.
    LineEndpointEndpointSipAuthSectionOptions [1, 0] {
        /// `username`.
        0 username "username": String,
    }
}
