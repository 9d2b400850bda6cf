// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `meeting_created`, for a tenant.
    ///
    /// Key `config.meetings.created`, access `events.config.meetings.created`.
    MeetingCreated: TenantEvent(Tenant) = "meeting_created" by "confd",
    "config.meetings.created", None, ["meeting_uuid"], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `owner_uuids`.
        2 owner_uuids "owner_uuids": Vec<UuidText>,
        /// `ingress_http_uri`.
        3 ingress_http_uri "ingress_http_uri": String,
        /// `guest_sip_authorization`.
        4 guest_sip_authorization "guest_sip_authorization": String,
        /// `meeting_uuid`. A header, not in the content.
        5 meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_deleted`, for a tenant.
    ///
    /// Key `config.meetings.deleted`, access `events.config.meetings.deleted`.
    MeetingDeleted: TenantEvent(Tenant) = "meeting_deleted" by "confd",
    "config.meetings.deleted", None, ["meeting_uuid"], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `owner_uuids`.
        2 owner_uuids "owner_uuids": Vec<UuidText>,
        /// `ingress_http_uri`.
        3 ingress_http_uri "ingress_http_uri": String,
        /// `guest_sip_authorization`.
        4 guest_sip_authorization "guest_sip_authorization": String,
        /// `meeting_uuid`. A header, not in the content.
        5 meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_guest_authorization_created`, for a tenant.
    ///
    /// Key `config.meeting_guest_authorizations.created`, access `events.config.meeting_guest_authorizations.created`.
    MeetingGuestAuthorizationCreated: TenantEvent(Tenant) = "meeting_guest_authorization_created" by "confd",
    "config.meeting_guest_authorizations.created", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": UuidText,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        6 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_guest_authorization_deleted`, for a tenant.
    ///
    /// Key `config.meeting_guest_authorizations.deleted`, access `events.config.meeting_guest_authorizations.deleted`.
    MeetingGuestAuthorizationDeleted: TenantEvent(Tenant) = "meeting_guest_authorization_deleted" by "confd",
    "config.meeting_guest_authorizations.deleted", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": UuidText,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        6 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_guest_authorization_updated`, for a tenant.
    ///
    /// Key `config.meeting_guest_authorizations.updated`, access `events.config.meeting_guest_authorizations.updated`.
    MeetingGuestAuthorizationUpdated: TenantEvent(Tenant) = "meeting_guest_authorization_updated" by "confd",
    "config.meeting_guest_authorizations.updated", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": UuidText,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        6 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_progress`, for a tenant.
    ///
    /// Key `config.meetings.progress`, access `events.config.meetings.progress`.
    MeetingProgress: TenantEvent(Tenant) = "meeting_progress" by "confd",
    "config.meetings.progress", None, ["meeting_uuid"], [];
    [6, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `name`.
        1 name "name": String,
        /// `owner_uuids`.
        2 owner_uuids "owner_uuids": Vec<String>,
        /// `ingress_http_uri`.
        3 ingress_http_uri "ingress_http_uri": String,
        /// `guest_sip_authorization`.
        4 guest_sip_authorization "guest_sip_authorization": String,
        /// `status`.
        5 status "status": String,
        /// `meeting_uuid`. A header, not in the content.
        6 meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_updated`, for a tenant.
    ///
    /// Key `config.meetings.updated`, access `events.config.meetings.updated`.
    MeetingUpdated: TenantEvent(Tenant) = "meeting_updated" by "confd",
    "config.meetings.updated", None, ["meeting_uuid"], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `owner_uuids`.
        2 owner_uuids "owner_uuids": Vec<UuidText>,
        /// `ingress_http_uri`.
        3 ingress_http_uri "ingress_http_uri": String,
        /// `guest_sip_authorization`.
        4 guest_sip_authorization "guest_sip_authorization": String,
        /// `meeting_uuid`. A header, not in the content.
        5 meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_user_guest_authorization_created`, for a user.
    ///
    /// Key `config.users.{user_uuid}.meeting_guest_authorizations.created`, access `events.users.{user_uuid}.meeting_guest_authorizations.created`.
    MeetingUserGuestAuthorizationCreated: UserEvent(User) = "meeting_user_guest_authorization_created" by "confd",
    "config.users.{user_uuid}.meeting_guest_authorizations.created", Some("events.users.{user_uuid}.meeting_guest_authorizations.created"), ["meeting_uuid"], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": String,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// `user_uuid`.
        6 user_uuid "user_uuid": UuidText,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        7 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_user_guest_authorization_deleted`, for a user.
    ///
    /// Key `config.users.{user_uuid}.meeting_guest_authorizations.deleted`, access `events.users.{user_uuid}.meeting_guest_authorizations.deleted`.
    MeetingUserGuestAuthorizationDeleted: UserEvent(User) = "meeting_user_guest_authorization_deleted" by "confd",
    "config.users.{user_uuid}.meeting_guest_authorizations.deleted", Some("events.users.{user_uuid}.meeting_guest_authorizations.deleted"), ["meeting_uuid"], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": String,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// `user_uuid`.
        6 user_uuid "user_uuid": UuidText,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        7 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_user_guest_authorization_updated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.meeting_guest_authorizations.updated`, access `events.users.{user_uuid}.meeting_guest_authorizations.updated`.
    MeetingUserGuestAuthorizationUpdated: UserEvent(User) = "meeting_user_guest_authorization_updated" by "confd",
    "config.users.{user_uuid}.meeting_guest_authorizations.updated", Some("events.users.{user_uuid}.meeting_guest_authorizations.updated"), ["meeting_uuid"], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `meeting_uuid`.
        1 meeting_uuid "meeting_uuid": UuidText,
        /// `guest_uuid`.
        2 guest_uuid "guest_uuid": String,
        /// `guest_name`.
        3 guest_name "guest_name": String,
        /// `status`.
        4 status "status": String,
        /// `creation_time`.
        5 creation_time "creation_time": String,
        /// `user_uuid`.
        6 user_uuid "user_uuid": UuidText,
        /// The header `meeting_uuid`, where it says something else than the content; reading leaves it empty.
        7 header_meeting_uuid "meeting_uuid": String,
    }
}

event! {
    /// `meeting_user_progress`, for a user.
    ///
    /// Key `config.users.{user_uuid}.meetings.progress`, access `events.config.users.{user_uuid}.meetings.progress`.
    MeetingUserProgress: UserEvent(User) = "meeting_user_progress" by "confd",
    "config.users.{user_uuid}.meetings.progress", None, ["meeting_uuid"], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
        /// `name`.
        1 name "name": String,
        /// `owner_uuids`.
        2 owner_uuids "owner_uuids": Vec<String>,
        /// `ingress_http_uri`.
        3 ingress_http_uri "ingress_http_uri": String,
        /// `guest_sip_authorization`.
        4 guest_sip_authorization "guest_sip_authorization": String,
        /// `status`.
        5 status "status": String,
        /// `user_uuid`.
        6 user_uuid "user_uuid": UuidText,
        /// `meeting_uuid`. A header, not in the content.
        7 meeting_uuid "meeting_uuid": String,
    }
}
