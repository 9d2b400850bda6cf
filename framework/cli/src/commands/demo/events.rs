//! The demo's events: those of Wazo it reads, and those its services publish.

use serde::{Deserialize, Serialize};
use trunkline::{ServiceEvent, TenantEvent, UserEvent};

/// A call begins, for one of its users.
#[derive(Debug, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_created",
    service = "calld",
    routing_key = "calls.call.created"
)]
#[event(required_acl = "events.calls.{user_uuid}")]
pub(super) struct CallCreated {
    pub(super) call_id: String,
}

/// A call is answered.
#[derive(Debug, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_answered",
    service = "calld",
    routing_key = "calls.call.answered"
)]
#[event(required_acl = "events.calls.{user_uuid}")]
pub(super) struct CallAnswered {
    pub(super) user_uuid: String,
    pub(super) line_id: u64,
}

/// A call ends, as the first version of `call-logd` reads it: it forgot calls nobody answers.
#[derive(Debug, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_ended",
    service = "calld",
    routing_key = "calls.call.ended"
)]
#[event(required_acl = "events.calls.{user_uuid}")]
pub(super) struct AnsweredCallEnded {
    pub(super) call_id: String,
    pub(super) caller_id_name: String,
    pub(super) peer_caller_id_name: String,
    pub(super) answer_time: String,
    pub(super) hangup_time: String,
    pub(super) direction: String,
}

/// A call ends, answered or not.
#[derive(Debug, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_ended",
    service = "calld",
    routing_key = "calls.call.ended"
)]
#[event(required_acl = "events.calls.{user_uuid}")]
pub(super) struct CallEnded {
    pub(super) call_id: String,
    pub(super) caller_id_name: String,
    pub(super) peer_caller_id_name: String,
    pub(super) answer_time: Option<String>,
    pub(super) hangup_time: String,
    pub(super) direction: String,
    pub(super) user_uuid: String,
    pub(super) line_id: u64,
}

/// A user can be reached, or cannot.
#[derive(Debug, Serialize, Deserialize, TenantEvent)]
#[event(name = "chatd_presence_updated", service = "chatd")]
#[event(routing_key = "chatd.users.{uuid}.presences.updated")]
pub(super) struct PresenceUpdated {
    pub(super) uuid: String,
    pub(super) state: String,
    pub(super) line_state: String,
    pub(super) lines: Vec<Line>,
}

/// A line of a user.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) id: u64,
    pub(super) state: String,
}

/// A call was put on record.
#[derive(Debug, Serialize, Deserialize, TenantEvent)]
#[event(
    name = "call_log_created",
    service = "call-logd",
    routing_key = "call_log.created"
)]
pub(super) struct CallLogCreated {
    pub(super) call_id: String,
    pub(super) who: String,
    pub(super) whom: String,
    /// `internal`, `inbound` or `outbound`.
    pub(super) direction: String,
    /// Zero if nobody answered.
    pub(super) seconds: u64,
}

/// A call has its price.
#[derive(Debug, Serialize, Deserialize, TenantEvent)]
#[event(
    name = "call_rated",
    service = "billing",
    routing_key = "billing.calls.{call_id}.rated"
)]
pub(super) struct CallRated {
    pub(super) call_id: String,
    pub(super) cents: u64,
}

/// A user is new, whom the plugin `welcome` greets.
#[derive(Debug, Serialize, Deserialize, TenantEvent)]
#[event(
    name = "user_created",
    service = "confd",
    routing_key = "config.users.{uuid}.created"
)]
pub(super) struct UserCreated {
    pub(super) uuid: String,
    pub(super) firstname: String,
    pub(super) lastname: String,
    pub(super) email: String,
}

/// An order to the plugin `misbehaving`.
#[derive(Debug, Serialize, Deserialize, ServiceEvent)]
#[event(name = "misbehave", service = "demo", routing_key = "demo.misbehave")]
pub(super) struct Misbehave {
    pub(super) how: String,
}
