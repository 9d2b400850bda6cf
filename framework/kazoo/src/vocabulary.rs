//! The keys of messages (Kazoo, `kz_api.hrl` and `kapi_call.erl`).

/// Keys every message must have.
pub(crate) const REQUIRED: [&str; 5] = [APP_NAME, APP_VERSION, EVENT_CATEGORY, EVENT_NAME, MSG_ID];

/// Keys any message may have beside those.
pub(crate) const OPTIONAL: [&str; 16] = [
    "Access-Group",
    "Defer-Response",
    "Destination-Server",
    "Geo-Location",
    "System-Log-ID",
    ACCOUNT_ID,
    CALL_ID,
    NODE,
    "Server-Queue-ID",
    "Raw-Headers",
    SERVER_ID,
    "Request-From-PID",
    "Reply-To-PID",
    "AMQP-Broker",
    "AMQP-Broker-Zone",
    "Deliver-To-PID",
];

pub(crate) const APP_NAME: &str = "App-Name";
pub(crate) const APP_VERSION: &str = "App-Version";
pub(crate) const EVENT_CATEGORY: &str = "Event-Category";
pub(crate) const EVENT_NAME: &str = "Event-Name";
pub(crate) const MSG_ID: &str = "Msg-ID";
pub(crate) const NODE: &str = "Node";
pub(crate) const SERVER_ID: &str = "Server-ID";
pub(crate) const ACCOUNT_ID: &str = "Account-ID";
pub(crate) const OWNER_ID: &str = "Owner-ID";
pub(crate) const CALL_ID: &str = "Call-ID";
pub(crate) const CHANNEL_VARS: &str = "Custom-Channel-Vars";
pub(crate) const TIMESTAMP: &str = "Timestamp";

/// Keys of a call event that hold objects.
pub(crate) const OBJECTS: [&str; 4] = [
    CHANNEL_VARS,
    "Custom-Application-Vars",
    "Custom-SIP-Headers",
    "Fax-Info",
];

/// Names in the category of call events that are questions and commands, no events.
pub(crate) const NON_EVENTS: [&str; 9] = [
    "channel_status_req",
    "query_account_channels_req",
    "query_user_channels_req",
    "query_auth_id_req",
    "query_channels_req",
    "usurp_control",
    "usurp_publisher",
    // As the routing key calls the questions.
    "status_req",
    "channel_status_resp",
];

/// Tells whether a key is one of those any message has or may have.
pub(crate) fn is_header(key: &str) -> bool {
    REQUIRED.contains(&key) || OPTIONAL.contains(&key)
}

/// Tells whether Kazoo keeps a key of a call event; it drops others without a word.
pub(crate) fn is_of_call(key: &str) -> bool {
    CALL.binary_search(&key).is_ok() || is_header(key)
}

/// Keys a call event may have beside those of all messages, sorted.
#[rustfmt::skip]
const CALL: [&str; 88] = [
    "Application-Data", "Application-Event", "Application-Name", "Application-Response",
    "Billing-Seconds", "Bridge-B-Unique-ID", "Bridge-Hangup-Cause", "Call-Debug", "Call-Direction",
    "Callee-ID-Name", "Callee-ID-Number", "Caller-Destination-Number", "Caller-ID-Name",
    "Caller-ID-Number", "Channel-Answer-State", "Channel-Call-State", "Channel-Created-Time",
    "Channel-Debug", "Channel-Is-Loopback", "Channel-Loopback-Bowout",
    "Channel-Loopback-Bowout-Execute", "Channel-Loopback-Leg", "Channel-Loopback-Other-Leg-ID",
    "Channel-Moving", "Channel-Name", "Channel-State", "Conference-Config", "Conference-Name",
    "Connecting-Leg-A-UUID", "Connecting-Leg-B-UUID", "Control-Queue", "Custom-Application-Vars",
    "Custom-Channel-Vars", "Custom-SIP-Headers", "DTMF-Digit", "DTMF-Duration", "Detected-Tone",
    "Digits-Dialed", "Disposition", "Duration-Seconds", "Endpoint-Disposition", "Fax-Info", "From",
    "From-Tag", "From-Uri", "Hangup-Cause", "Hangup-Code", "Interaction-ID", "Intercepted-By",
    "Length", "Local-SDP", "Media-Recordings", "Media-Server", "Origination-Call-ID",
    "Other-Leg-Call-ID", "Other-Leg-Caller-ID-Name", "Other-Leg-Caller-ID-Number",
    "Other-Leg-Destination-Number", "Other-Leg-Direction", "Parking-Slot", "Presence-ID",
    "Raw-Application-Data", "Raw-Application-Name", "Recording", "Remote-SDP", "Replaced-By",
    "Request", "Resigning-Peer-UUID", "Resigning-UUID", "Ringing-Seconds",
    "Root-Call-Interaction-ID", "Silence-Terminated", "Switch-Hostname", "Switch-Nodename",
    "Switch-URI", "Switch-URL", "Target-Call-ID", "Terminator", "Timestamp", "To", "To-Tag",
    "To-Uri", "Transfer-Disposition", "Transfer-History", "Transfer-Source", "Transfer-To",
    "Transfer-Type", "User-Agent",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_because_they_are_sorted() {
        assert!(CALL.is_sorted());
        assert!(is_of_call("User-Agent") && is_of_call("Call-ID") && is_of_call("To-Uri"));
        assert!(!is_of_call("To-URI") && !is_of_call(""));
    }
}
