// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::TimeText;
use crate::events::record::event;

event! {
    /// `parked_call_hungup`, for a tenant.
    ///
    /// Key `parkings.{parking_id}.calls.updated`, access `events.parkings.{parking_id}.calls.updated`.
    ParkedCallHungup: TenantEvent(Tenant) = "parked_call_hungup" by "calld",
    "parkings.{parking_id}.calls.updated", Some("events.parkings.{parking_id}.calls.updated"), [], [];
    [10, 0] {
        /// `parking_id`.
        0 parking_id "parking_id": i64,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `conversation_id`.
        2 conversation_id "conversation_id": String,
        /// `caller_id_name`.
        3 caller_id_name "caller_id_name": String,
        /// `caller_id_num`.
        4 caller_id_num "caller_id_num": String,
        /// `parker_caller_id_name`.
        5 parker_caller_id_name "parker_caller_id_name": String,
        /// `parker_caller_id_num`.
        6 parker_caller_id_num "parker_caller_id_num": String,
        /// `slot`.
        7 slot "slot": String,
        /// `parked_at`.
        8 parked_at "parked_at": TimeText,
        /// `timeout_at`.
        9 timeout_at "timeout_at": TimeText,
    }
}

event! {
    /// `parked_call_timed_out`, for a tenant.
    ///
    /// Key `parkings.{parking_id}.calls.updated`, access `events.parkings.{parking_id}.calls.updated`.
    ParkedCallTimedOut: TenantEvent(Tenant) = "parked_call_timed_out" by "calld",
    "parkings.{parking_id}.calls.updated", Some("events.parkings.{parking_id}.calls.updated"), [], [];
    [11, 0] {
        /// `parking_id`.
        0 parking_id "parking_id": i64,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `conversation_id`.
        2 conversation_id "conversation_id": String,
        /// `caller_id_name`.
        3 caller_id_name "caller_id_name": String,
        /// `caller_id_num`.
        4 caller_id_num "caller_id_num": String,
        /// `parker_caller_id_name`.
        5 parker_caller_id_name "parker_caller_id_name": String,
        /// `parker_caller_id_num`.
        6 parker_caller_id_num "parker_caller_id_num": String,
        /// `slot`.
        7 slot "slot": String,
        /// `parked_at`.
        8 parked_at "parked_at": TimeText,
        /// `timeout_at`.
        9 timeout_at "timeout_at": TimeText,
        /// `dialed_extension`.
        10 dialed_extension "dialed_extension": String,
    }
}
