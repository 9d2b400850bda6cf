//! What call-logd does about events.

use std::time::SystemTime;

use mini_pbx_common::one_user;
use trunkline::{Audience, HandlerError, Publisher, State, TenantEvent, TenantId, UserEvent};
use trunkline_wazo::events::call_logd::{CallLogCreated, CallLogUserCreated};
use trunkline_wazo::events::calld::{CallAnswered, CallCreated, CallEnded};

use crate::logs::{Conversation, Logs, Side};

/// What every handler returns.
type Handled = Result<(), HandlerError>;

/// A field that an event cannot do without.
fn required(field: Option<String>, name: &str) -> Result<String, HandlerError> {
    field.ok_or_else(|| HandlerError::reject(format!("the event has no `{name}`")))
}

fn time(field: Option<String>, name: &str) -> Result<SystemTime, HandlerError> {
    let text = required(field, name)?;
    humantime::parse_rfc3339(&text).map_err(HandlerError::reject)
}

pub(crate) async fn call_created(
    call: CallCreated,
    audience: Audience,
    logs: State<Logs>,
) -> Handled {
    let (tenant, user) = one_user(&audience)?;
    let id = required(call.conversation_id, "conversation_id")?;
    let side = Side {
        user: user.clone(),
        is_caller: call.is_caller == Some(true),
        number: call.caller_id_number.unwrap_or_default(),
        name: call.caller_id_name.unwrap_or_default(),
        began: time(call.creation_time, "creation_time")?,
        answered: None,
        ended: None,
    };
    let mut conversation = logs.conversation(tenant, &id);
    let call_id = required(call.call_id, "call_id")?;
    conversation.sides.entry(call_id).or_insert(side);
    logs.keep(&id, conversation).await?;
    Ok(())
}

pub(crate) async fn call_answered(
    call: CallAnswered,
    tenant: TenantId,
    logs: State<Logs>,
) -> Handled {
    let id = required(call.conversation_id, "conversation_id")?;
    let mut conversation = logs.conversation(&tenant, &id);
    side(&mut conversation, call.call_id)?.answered = Some(time(call.answer_time, "answer_time")?);
    logs.keep(&id, conversation).await?;
    Ok(())
}

pub(crate) async fn call_ended(
    call: CallEnded,
    tenant: TenantId,
    logs: State<Logs>,
    out: Publisher,
) -> Handled {
    let id = required(call.conversation_id, "conversation_id")?;
    let mut conversation = logs.conversation(&tenant, &id);
    side(&mut conversation, call.call_id)?.ended = Some(time(call.hangup_time, "hangup_time")?);
    if conversation.log.is_some() || !conversation.is_over() {
        logs.keep(&id, conversation).await?;
        return Ok(());
    }
    let log = logs.next_log();
    tell(&tenant, &id, &conversation, log, &out).await?;
    // Added once it was told: where that fails, the event comes again and finds it not logged.
    logs.add(&id, conversation, log).await?;
    Ok(())
}

/// The side of a call that an event is about; its beginning may be on its way still.
fn side(
    conversation: &mut Conversation,
    call_id: Option<String>,
) -> Result<&mut Side, HandlerError> {
    let id = required(call_id, "call_id")?;
    let late = || HandlerError::retry(format!("call `{id}` has not begun yet"));
    conversation.sides.get_mut(&id).ok_or_else(late)
}

/// Tells a log to the tenant, and to each user of the call.
async fn tell(
    tenant: &TenantId,
    conversation_id: &str,
    conversation: &Conversation,
    id: i64,
    out: &Publisher,
) -> Handled {
    let text =
        |at: Option<SystemTime>| at.map(|at| humantime::format_rfc3339_seconds(at).to_string());
    let caller = conversation.sides.values().find(|side| side.is_caller);
    let log = CallLogCreated {
        id: Some(id),
        tenant_uuid: Some(tenant.as_str().into()),
        start: text(conversation.began()).map(Into::into),
        end: text(conversation.ended()).map(Into::into),
        answered: Some(conversation.answered().is_some()),
        duration: Some(conversation.talked().as_secs().into()),
        conversation_id: Some(conversation_id.into()),
        source_extension: caller.map(|side| side.number.clone()),
        source_name: caller.map(|side| side.name.clone()),
        ..CallLogCreated::default()
    };
    out.publish(&log.for_tenant(tenant.clone())).await?;
    for side in conversation.sides.values() {
        let log = CallLogUserCreated {
            id: Some(id),
            tenant_uuid: Some(tenant.as_str().into()),
            answered: Some(side.answered.is_some()),
            duration: Some(conversation.talked().as_secs().into()),
            conversation_id: Some(conversation_id.into()),
            ..CallLogUserCreated::default()
        };
        out.publish(&log.for_user(tenant.clone(), side.user.clone()))
            .await?;
    }
    Ok(())
}
