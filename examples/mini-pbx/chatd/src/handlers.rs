//! What chatd does about events: each changes what is known of one user, and what others see of
//! that is told if it is no longer the same.

use mini_pbx_common::one_user;
use trunkline::{Audience, HandlerError, Publisher, State, TenantEvent};
use trunkline_wazo::events::auth::{AuthSessionCreated, AuthSessionDeleted};
use trunkline_wazo::events::calld::{CallAnswered, CallCreated, CallEnded, CallHeld, CallResumed};
use trunkline_wazo::events::confd::UsersServicesDndUpdated;

use crate::presence::{Line, Presence, Presences};

/// What every handler returns.
type Handled = Result<(), HandlerError>;

/// Changes what is known of the event's user.
async fn update(
    audience: &Audience,
    presences: &Presences,
    out: &Publisher,
    change: impl FnOnce(&mut Presence),
) -> Handled {
    let (tenant, user) = one_user(audience)?;
    let before = presences.get(tenant, user);
    let mut after = before.clone();
    change(&mut after);
    let told = after.told(tenant, user);
    if told != before.told(tenant, user) {
        out.publish(&told.for_tenant(tenant.clone())).await?;
    }
    // After it was told: where that fails, the event comes again and finds what was before.
    presences.put(tenant, user, after).await?;
    Ok(())
}

/// A field that an event cannot do without.
fn required<T: ToString>(field: Option<T>, name: &str) -> Result<String, HandlerError> {
    let missing = || HandlerError::reject(format!("the event has no `{name}`"));
    field.map(|value| value.to_string()).ok_or_else(missing)
}

pub(crate) async fn session_created(
    created: AuthSessionCreated,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    let session = required(created.uuid, "uuid")?;
    update(&audience, &presences, &out, |presence| {
        if created.mobile == Some(true) {
            presence.mobile.insert(session.clone());
        }
        presence.sessions.insert(session);
    })
    .await
}

pub(crate) async fn session_deleted(
    deleted: AuthSessionDeleted,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    let session = required(deleted.uuid, "uuid")?;
    update(&audience, &presences, &out, |presence| {
        presence.mobile.remove(&session);
        presence.sessions.remove(&session);
    })
    .await
}

pub(crate) async fn dnd_updated(
    updated: UsersServicesDndUpdated,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    update(&audience, &presences, &out, |presence| {
        presence.do_not_disturb = updated.enabled == Some(true);
    })
    .await
}

pub(crate) async fn call_created(
    call: CallCreated,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    let id = required(call.call_id, "call_id")?;
    update(&audience, &presences, &out, |presence| {
        presence.calls.entry(id).or_insert(Line::Ringing);
    })
    .await
}

pub(crate) async fn call_answered(
    call: CallAnswered,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    line(call.call_id, Line::Talking, &audience, &presences, &out).await
}

pub(crate) async fn call_held(
    call: CallHeld,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    line(call.call_id, Line::Holding, &audience, &presences, &out).await
}

pub(crate) async fn call_resumed(
    call: CallResumed,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    line(call.call_id, Line::Talking, &audience, &presences, &out).await
}

/// Changes what a call's line does, if the call is going on.
async fn line(
    call_id: Option<String>,
    line: Line,
    audience: &Audience,
    presences: &Presences,
    out: &Publisher,
) -> Handled {
    let id = required(call_id, "call_id")?;
    update(audience, presences, out, |presence| {
        if let Some(at) = presence.calls.get_mut(&id) {
            *at = line;
        }
    })
    .await
}

pub(crate) async fn call_ended(
    call: CallEnded,
    audience: Audience,
    presences: State<Presences>,
    out: Publisher,
) -> Handled {
    let id = required(call.call_id, "call_id")?;
    update(&audience, &presences, &out, |presence| {
        presence.calls.remove(&id);
    })
    .await
}
