//! Calls as events tell them.

use trunkline_wazo::events::calld::{
    CallAnswered, CallCreated, CallEnded, CallParked, CallUnparked, RelocateCompleted,
    UserMissedCall,
};

use crate::calls::Call;

/// The events that describe a call have the same fields, each in a type of its own.
macro_rules! described {
    ($name:ident, $event:ident, $status:literal) => {
        pub(crate) fn $name(call: &Call, hangup_time: Option<&str>) -> $event {
            let channel = &call.channel;
            $event {
                bridges: Some(Vec::new()),
                call_id: Some(channel.call_id.clone()),
                caller_id_name: Some(channel.name.clone()),
                caller_id_number: Some(channel.number.clone()),
                conversation_id: Some(channel.conversation.clone()),
                peer_caller_id_name: Some(channel.connected_line_name.clone()),
                peer_caller_id_number: Some(channel.connected_line_num.clone()),
                creation_time: Some(call.created_at.clone()),
                status: Some($status.to_owned()),
                on_hold: Some(call.is_held),
                parked: Some(call.space.is_some()),
                user_uuid: Some(channel.of.user.as_str().into()),
                is_caller: Some(call.is_caller()),
                dialed_extension: Some(channel.exten.clone()),
                answer_time: call.answered_at.clone(),
                hangup_time: hangup_time.map(str::to_owned),
                direction: Some("internal".to_owned()),
                ..$event::default()
            }
        }
    };
}

described!(created, CallCreated, "Ring");
described!(answered, CallAnswered, "Up");
described!(ended, CallEnded, "Down");
described!(missed, UserMissedCall, "Down");

/// The one parking there is.
const PARKING: i64 = 1;

pub(crate) fn parked(call: &Call) -> CallParked {
    CallParked {
        parking_id: Some(PARKING),
        call_id: Some(call.channel.call_id.clone()),
        conversation_id: Some(call.channel.conversation.clone()),
        caller_id_name: Some(call.channel.name.clone()),
        caller_id_num: Some(call.channel.number.clone()),
        slot: call.space.clone(),
        parked_at: Some(call.channel.timestamp.as_str().into()),
        ..CallParked::default()
    }
}

pub(crate) fn unparked(call: &Call, space: Option<String>) -> CallUnparked {
    CallUnparked {
        parking_id: Some(PARKING),
        call_id: Some(call.channel.call_id.clone()),
        conversation_id: Some(call.channel.conversation.clone()),
        caller_id_name: Some(call.channel.name.clone()),
        caller_id_num: Some(call.channel.number.clone()),
        slot: space,
        ..CallUnparked::default()
    }
}

pub(crate) fn relocated(call: &Call) -> RelocateCompleted {
    RelocateCompleted {
        relocated_call: Some(call.channel.call_id.clone()),
        initiator: Some(call.channel.of.user.clone()),
        completions: Some(vec!["answer".to_owned()]),
        ..RelocateCompleted::default()
    }
}
