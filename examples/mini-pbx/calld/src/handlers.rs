//! What calld does about channels.
//!
//! Each handler tells first and remembers then. Where telling fails, or the process ends before it has
//! remembered, the event is tried again; what has been remembered makes the second time do nothing.

use trunkline::{Addressed, Data, HandlerError, Publisher, State, TenantEvent, UserEvent};
use trunkline_wazo::events::calld::{CallHeld, CallResumed};

use crate::ami::Channel;
use crate::calls::{Call, Calls, Known};
use crate::told;

/// What every handler returns.
type Handled = Result<(), HandlerError>;

pub(crate) async fn began(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Known::Not = calls.get(&channel.call_id) else {
        return Ok(());
    };
    let call = Call::new(channel);
    out.publish(&for_user(&call, told::created(&call, None)))
        .await?;
    calls.put(call).await?;
    Ok(())
}

pub(crate) async fn changed(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    if channel.channel_state_desc != "Up" {
        return Ok(());
    }
    let Some(mut call) = going(&calls, &channel)? else {
        return Ok(());
    };
    if call.answered_at.is_none() {
        call.answered_at = Some(channel.timestamp);
        out.publish(&for_user(&call, told::answered(&call, None)))
            .await?;
        calls.put(call).await?;
    }
    Ok(())
}

pub(crate) async fn held(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Some(mut call) = going(&calls, &channel)? else {
        return Ok(());
    };
    if !call.is_held {
        call.is_held = true;
        let held = CallHeld {
            call_id: Some(channel.call_id),
            user_uuid: Some(channel.of.user.as_str().into()),
            ..CallHeld::default()
        };
        out.publish(&for_user(&call, held)).await?;
        calls.put(call).await?;
    }
    Ok(())
}

pub(crate) async fn resumed(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Some(mut call) = going(&calls, &channel)? else {
        return Ok(());
    };
    if call.is_held {
        call.is_held = false;
        let resumed = CallResumed {
            call_id: Some(channel.call_id),
            user_uuid: Some(channel.of.user.as_str().into()),
            ..CallResumed::default()
        };
        out.publish(&for_user(&call, resumed)).await?;
        calls.put(call).await?;
    }
    Ok(())
}

pub(crate) async fn parked(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Some(mut call) = going(&calls, &channel)? else {
        return Ok(());
    };
    if call.space.is_none() {
        call.space = Some(channel.parking_space.unwrap_or_default());
        let parked = told::parked(&call);
        out.publish(&parked.for_tenant(channel.of.tenant)).await?;
        calls.put(call).await?;
    }
    Ok(())
}

pub(crate) async fn unparked(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Some(mut call) = going(&calls, &channel)? else {
        return Ok(());
    };
    if let Some(space) = call.space.take() {
        let unparked = told::unparked(&call, Some(space));
        out.publish(&unparked.for_tenant(channel.of.tenant)).await?;
        calls.put(call).await?;
    }
    Ok(())
}

/// The call goes on at another telephone of the same user.
pub(crate) async fn relocated(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    if channel.feature.as_deref() != Some("relocate") {
        return Ok(()); // other features of the dial plan are confd's
    }
    let Some(call) = going(&calls, &channel)? else {
        return Ok(());
    };
    out.publish(&for_user(&call, told::relocated(&call)))
        .await?;
    Ok(())
}

pub(crate) async fn hung_up(
    Data(channel): Data<Channel>,
    calls: State<Calls>,
    out: Publisher,
) -> Handled {
    let Some(call) = going(&calls, &channel)? else {
        return Ok(());
    };
    let at = Some(channel.timestamp.as_str());
    if call.answered_at.is_none() && !call.is_caller() {
        out.publish(&for_user(&call, told::missed(&call, at)))
            .await?;
    }
    out.publish(&for_user(&call, told::ended(&call, at)))
        .await?;
    calls.end(call).await?;
    Ok(())
}

fn for_user<E: UserEvent>(call: &Call, event: E) -> Addressed<E> {
    let owner = &call.channel.of;
    event.for_user(owner.tenant.as_str(), owner.user.as_str())
}

/// The call, unless it has ended. Its beginning may be on its way still: after a retry, or after calld
/// was restarted.
fn going(calls: &Calls, channel: &Channel) -> Result<Option<Call>, HandlerError> {
    let id = &channel.call_id;
    match calls.get(id) {
        Known::Going(call) => Ok(Some(*call)),
        Known::Ended => Ok(None),
        Known::Not => Err(HandlerError::retry(format!(
            "call `{id}` has not begun yet"
        ))),
    }
}
