//! What an event says, in words a bystander understands.

use std::collections::HashMap;

use serde_json::Value;

/// Names of people, learned from the events about their calls.
#[derive(Debug, Default)]
pub(super) struct People {
    users: HashMap<String, String>,
    calls: HashMap<String, String>,
}

impl People {
    /// Learns from an event's data.
    pub(super) fn learn(&mut self, data: &Value) {
        let text = |key: &str| data[key].as_str().filter(|text| !text.is_empty());
        if let (Some(user), Some(name)) = (text("user_uuid"), text("caller_id_name")) {
            self.users.insert(user.to_owned(), name.to_owned());
        }
        if let (Some(call), Some(name)) = (text("call_id"), text("caller_id_name")) {
            self.calls.insert(call.to_owned(), name.to_owned());
        }
    }

    /// Tells an event.
    pub(super) fn tell(&self, name: &str, data: &Value) -> String {
        let text = |key: &str| data[key].as_str().unwrap_or("?");
        let user = |key: &str| self.users.get(text(key)).map_or(text(key), String::as_str);
        let caller = || {
            self.calls
                .get(text("call_id"))
                .map_or(text("call_id"), String::as_str)
        };
        let (who, peer) = (text("caller_id_name"), text("peer_caller_id_name"));
        match name {
            "call_created" if data["is_caller"] == true => {
                format!("{who} dials {}", text("dialed_extension"))
            }
            "call_created" => format!("{who}'s phone rings: {peer}"),
            "call_answered" => format!("{who} talks to {peer}"),
            "call_updated" => format!("{who}: the call is {}", text("status").to_lowercase()),
            "call_held" => format!("{} holds the call", caller()),
            "call_resumed" => format!("{} is back", caller()),
            "call_dtmf_created" => format!("{} presses {}", caller(), text("digit")),
            "call_ended" if data["answer_time"].is_null() => format!("{who} and {peer}: no answer"),
            "call_ended" => format!("{who} hangs up"),
            "call_log_created" => {
                let seconds = &data["seconds"];
                format!(
                    "on record: {} and {}, {seconds} s",
                    text("who"),
                    text("whom")
                )
            }
            "call_rated" => format!("billed: {} cents", data["cents"]),
            "chatd_presence_updated" => {
                let state = match text("line_state") {
                    "talking" => "talking",
                    _ => text("state"),
                };
                format!("{} is {state}", user("uuid"))
            }
            "chatd_user_room_created" => format!("new chat room \"{}\"", text("name")),
            "agent_status_update" => {
                let status = text("status").replace('_', " ");
                format!("agent {} {status}", data["agent_id"])
            }
            "agent_paused" if data["paused"] == true => {
                format!(
                    "agent {} pauses: {}",
                    text("agent_number"),
                    text("paused_reason")
                )
            }
            "agent_paused" => format!("agent {} is back", text("agent_number")),
            "auth_session_created" => format!("{} signs in", user("user_uuid")),
            "auth_session_deleted" => format!("{} signs out", user("user_uuid")),
            "user_created" => format!("{} {} is new", text("firstname"), text("lastname")),
            "mail_wanted" => format!("a {} mail to {}", text("template"), text("to")),
            "call_stats_counted" => {
                let (created, ended) = (&data["created"], &data["ended"]);
                match data["answered"].as_u64() {
                    Some(answered) => {
                        format!("counted: {created} began, {answered} answered, {ended} ended")
                    }
                    None => format!("counted: {created} began, {ended} ended"),
                }
            }
            "user_voicemail_transcription_created" => {
                format!("voice mail: \"{}\"", text("transcription_text"))
            }
            other => other.replace('_', " "),
        }
    }
}
