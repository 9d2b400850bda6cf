// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `switchboard_held_call_answered`, for a tenant.
    ///
    /// Key `switchboards.{switchboard_uuid}.calls.held.{held_call_id}.answer.updated`, access `events.switchboards.{switchboard_uuid}.calls.held.{held_call_id}.answer.updated`.
    SwitchboardHeldCallAnswered: TenantEvent(Tenant) = "switchboard_held_call_answered" by "calld",
    "switchboards.{switchboard_uuid}.calls.held.{held_call_id}.answer.updated", Some("events.switchboards.{switchboard_uuid}.calls.held.{held_call_id}.answer.updated"), ["switchboard_uuid"], [];
    [3, 0] {
        /// `switchboard_uuid`.
        0 switchboard_uuid "switchboard_uuid": UuidText,
        /// `operator_call_id`.
        1 operator_call_id "operator_call_id": String,
        /// `held_call_id`.
        2 held_call_id "held_call_id": String,
    }
}

event! {
    /// `switchboard_held_calls_updated`, for a tenant.
    ///
    /// Key `switchboards.{switchboard_uuid}.calls.held.updated`, access `events.switchboards.{switchboard_uuid}.calls.held.updated`.
    SwitchboardHeldCallsUpdated: TenantEvent(Tenant) = "switchboard_held_calls_updated" by "calld",
    "switchboards.{switchboard_uuid}.calls.held.updated", Some("events.switchboards.{switchboard_uuid}.calls.held.updated"), ["switchboard_uuid"], [];
    [2, 0] {
        /// `switchboard_uuid`.
        0 switchboard_uuid "switchboard_uuid": UuidText,
        /// `items`.
        1 items "items": Vec<SwitchboardItem>,
    }
}

event! {
    /// `switchboard_queued_call_answered`, for a tenant.
    ///
    /// Key `switchboards.{switchboard_uuid}.calls.queued.{queued_call_id}.answer.updated`, access `events.switchboards.{switchboard_uuid}.calls.queued.{queued_call_id}.answer.updated`.
    SwitchboardQueuedCallAnswered: TenantEvent(Tenant) = "switchboard_queued_call_answered" by "calld",
    "switchboards.{switchboard_uuid}.calls.queued.{queued_call_id}.answer.updated", Some("events.switchboards.{switchboard_uuid}.calls.queued.{queued_call_id}.answer.updated"), ["switchboard_uuid"], [];
    [3, 0] {
        /// `switchboard_uuid`.
        0 switchboard_uuid "switchboard_uuid": UuidText,
        /// `operator_call_id`.
        1 operator_call_id "operator_call_id": String,
        /// `queued_call_id`.
        2 queued_call_id "queued_call_id": String,
    }
}

event! {
    /// `switchboard_queued_calls_updated`, for a tenant.
    ///
    /// Key `switchboards.{switchboard_uuid}.calls.queued.updated`, access `events.switchboards.{switchboard_uuid}.calls.queued.updated`.
    SwitchboardQueuedCallsUpdated: TenantEvent(Tenant) = "switchboard_queued_calls_updated" by "calld",
    "switchboards.{switchboard_uuid}.calls.queued.updated", Some("events.switchboards.{switchboard_uuid}.calls.queued.updated"), ["switchboard_uuid"], [];
    [2, 0] {
        /// `switchboard_uuid`.
        0 switchboard_uuid "switchboard_uuid": UuidText,
        /// `items`.
        1 items "items": Vec<SwitchboardItem>,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardItem [3, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
    }
}
