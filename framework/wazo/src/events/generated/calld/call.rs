// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, TimeText, UuidText};

event! {
    /// `call_answered`, for a user.
    ///
    /// Key `calls.call.answered`, access `events.calls.{user_uuid}`.
    CallAnswered: UserEvent(User) = "call_answered" by "calld",
    "calls.call.answered", Some("events.calls.{user_uuid}"), [], [];
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

event! {
    /// `call_created`, for a user.
    ///
    /// Key `calls.call.created`, access `events.calls.{user_uuid}`.
    CallCreated: UserEvent(User) = "call_created" by "calld",
    "calls.call.created", Some("events.calls.{user_uuid}"), [], [];
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

event! {
    /// `call_dtmf_created`, for a user.
    ///
    /// Key `calls.dtmf.created`, access `events.calls.{user_uuid}`.
    CallDtmfCreated: UserEvent(User) = "call_dtmf_created" by "calld",
    "calls.dtmf.created", Some("events.calls.{user_uuid}"), [], [];
    [3, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
        /// `digit`.
        1 digit "digit": String,
        /// `user_uuid`.
        2 user_uuid "user_uuid": UuidText,
    }
}

event! {
    /// `call_ended`, for a user.
    ///
    /// Key `calls.call.ended`, access `events.calls.{user_uuid}`.
    CallEnded: UserEvent(User) = "call_ended" by "calld",
    "calls.call.ended", Some("events.calls.{user_uuid}"), [], [];
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

event! {
    /// `call_held`, for a user.
    ///
    /// Key `calls.hold.created`, access `events.calls.{user_uuid}`.
    CallHeld: UserEvent(User) = "call_held" by "calld",
    "calls.hold.created", Some("events.calls.{user_uuid}"), [], [];
    [2, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
    }
}

event! {
    /// `call_parked`, for a tenant.
    ///
    /// Key `parkings.{parking_id}.calls.updated`, access `events.parkings.{parking_id}.calls.updated`.
    CallParked: TenantEvent(Tenant) = "call_parked" by "calld",
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
    /// `call_resumed`, for a user.
    ///
    /// Key `calls.hold.deleted`, access `events.calls.{user_uuid}`.
    CallResumed: UserEvent(User) = "call_resumed" by "calld",
    "calls.hold.deleted", Some("events.calls.{user_uuid}"), [], [];
    [2, 0] {
        /// `call_id`.
        0 call_id "call_id": String,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
    }
}

event! {
    /// `call_unparked`, for a tenant.
    ///
    /// Key `parkings.{parking_id}.calls.updated`, access `events.parkings.{parking_id}.calls.updated`.
    CallUnparked: TenantEvent(Tenant) = "call_unparked" by "calld",
    "parkings.{parking_id}.calls.updated", Some("events.parkings.{parking_id}.calls.updated"), [], [];
    [13, 0] {
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
        /// `retriever_call_id`.
        10 retriever_call_id "retriever_call_id": String,
        /// `retriever_caller_id_name`.
        11 retriever_caller_id_name "retriever_caller_id_name": String,
        /// `retriever_caller_id_num`.
        12 retriever_caller_id_num "retriever_caller_id_num": String,
    }
}

event! {
    /// `call_updated`, for a user.
    ///
    /// Key `calls.call.updated`, access `events.calls.{user_uuid}`.
    CallUpdated: UserEvent(User) = "call_updated" by "calld",
    "calls.call.updated", Some("events.calls.{user_uuid}"), [], [];
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
