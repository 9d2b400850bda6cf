// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `fax_outbound_created`, for a tenant.
    ///
    /// Key `faxes.outbound.created`, access `events.faxes.outbound.created`.
    FaxOutboundCreated: TenantEvent(Tenant) = "fax_outbound_created" by "calld",
    "faxes.outbound.created", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `fax_outbound_failed`, for a tenant.
    ///
    /// Key `faxes.outbound.{id}.failed`, access `events.faxes.outbound.{id}.failed`.
    FaxOutboundFailed: TenantEvent(Tenant) = "fax_outbound_failed" by "calld",
    "faxes.outbound.{id}.failed", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `fax_outbound_succeeded`, for a tenant.
    ///
    /// Key `faxes.outbound.{id}.succeeded`, access `events.faxes.outbound.{id}.succeeded`.
    FaxOutboundSucceeded: TenantEvent(Tenant) = "fax_outbound_succeeded" by "calld",
    "faxes.outbound.{id}.succeeded", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `fax_outbound_user_created`, for a user.
    ///
    /// Key `faxes.outbound.users.{user_uuid}.created`, access `events.faxes.outbound.users.{user_uuid}.created`.
    FaxOutboundUserCreated: UserEvent(User) = "fax_outbound_user_created" by "calld",
    "faxes.outbound.users.{user_uuid}.created", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `fax_outbound_user_failed`, for a user.
    ///
    /// Key `faxes.outbound.users.{user_uuid}.failed`, access `events.faxes.outbound.users.{user_uuid}.failed`.
    FaxOutboundUserFailed: UserEvent(User) = "fax_outbound_user_failed" by "calld",
    "faxes.outbound.users.{user_uuid}.failed", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}

event! {
    /// `fax_outbound_user_succeeded`, for a user.
    ///
    /// Key `faxes.outbound.users.{user_uuid}.succeeded`, access `events.faxes.outbound.users.{user_uuid}.succeeded`.
    FaxOutboundUserSucceeded: UserEvent(User) = "fax_outbound_user_succeeded" by "calld",
    "faxes.outbound.users.{user_uuid}.succeeded", None, [], [];
    [9, 0] {
        /// `id`.
        0 id "id": String,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `extension`.
        2 extension "extension": String,
        /// `context`.
        3 context "context": String,
        /// `caller_id`.
        4 caller_id "caller_id": String,
        /// `ivr_extension`.
        5 ivr_extension "ivr_extension": String,
        /// `wait_time`.
        6 wait_time "wait_time": i64,
        /// `user_uuid`.
        7 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        8 tenant_uuid "tenant_uuid": UuidText,
    }
}
