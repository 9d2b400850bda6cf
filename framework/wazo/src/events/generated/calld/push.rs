// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `call_cancel_push_notification`, for a user.
    ///
    /// Key `calls.call.cancel_push_notification`, access `events.calls.{user_uuid}`.
    CallCancelPushNotification: UserEvent(User) = "call_cancel_push_notification" by "calld",
    "calls.call.cancel_push_notification", Some("events.calls.{user_uuid}"), [], [];
    [7, 0] {
        /// `peer_caller_id_number`.
        0 peer_caller_id_number "peer_caller_id_number": String,
        /// `peer_caller_id_name`.
        1 peer_caller_id_name "peer_caller_id_name": String,
        /// `call_id`.
        2 call_id "call_id": String,
        /// `video`.
        3 video "video": bool,
        /// `ring_timeout`.
        4 ring_timeout "ring_timeout": i64,
        /// `sip_call_id`.
        5 sip_call_id "sip_call_id": String,
        /// `mobile_wakeup_timestamp`.
        6 mobile_wakeup_timestamp "mobile_wakeup_timestamp": String,
    }
}

event! {
    /// `call_push_notification`, for a user.
    ///
    /// Key `calls.call.push_notification`, access `events.calls.{user_uuid}`.
    CallPushNotification: UserEvent(User) = "call_push_notification" by "calld",
    "calls.call.push_notification", Some("events.calls.{user_uuid}"), [], [];
    [7, 0] {
        /// `peer_caller_id_number`.
        0 peer_caller_id_number "peer_caller_id_number": String,
        /// `peer_caller_id_name`.
        1 peer_caller_id_name "peer_caller_id_name": String,
        /// `call_id`.
        2 call_id "call_id": String,
        /// `video`.
        3 video "video": bool,
        /// `ring_timeout`.
        4 ring_timeout "ring_timeout": i64,
        /// `sip_call_id`.
        5 sip_call_id "sip_call_id": String,
        /// `mobile_wakeup_timestamp`.
        6 mobile_wakeup_timestamp "mobile_wakeup_timestamp": String,
    }
}
