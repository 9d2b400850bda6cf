// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, UuidText};

event! {
    /// `user_missed_call`, for a user.
    ///
    /// Key `calls.missed`, access `events.calls.{user_uuid}`.
    UserMissedCall: UserEvent(User) = "user_missed_call" by "calld",
    "calls.missed", Some("events.calls.{user_uuid}"), [], [];
    [23, 0] {
        /// `bridges`.
        0 bridges "bridges": Vec<String>,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `caller_id_name`.
        2 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        3 caller_id_number "caller_id_number": String,
        /// `conversation_id`.
        4 conversation_id "conversation_id": String,
        /// `peer_caller_id_name`.
        5 peer_caller_id_name "peer_caller_id_name": String,
        /// `peer_caller_id_number`.
        6 peer_caller_id_number "peer_caller_id_number": String,
        /// `creation_time`.
        7 creation_time "creation_time": String,
        /// `status`.
        8 status "status": String,
        /// `on_hold`.
        9 on_hold "on_hold": bool,
        /// `muted`.
        10 muted "muted": bool,
        /// `record_state`.
        11 record_state "record_state": String,
        /// `talking_to`.
        12 talking_to "talking_to": Object,
        /// `user_uuid`.
        13 user_uuid "user_uuid": UuidText,
        /// `is_caller`.
        14 is_caller "is_caller": bool,
        /// `is_video`.
        15 is_video "is_video": bool,
        /// `dialed_extension`.
        16 dialed_extension "dialed_extension": String,
        /// `line_id`.
        17 line_id "line_id": i64,
        /// `answer_time`.
        18 answer_time "answer_time": String,
        /// `hangup_time`.
        19 hangup_time "hangup_time": String,
        /// `direction`.
        20 direction "direction": String,
        /// `parked`.
        21 parked "parked": bool,
        /// `sip_call_id`.
        22 sip_call_id "sip_call_id": String,
    }
}
