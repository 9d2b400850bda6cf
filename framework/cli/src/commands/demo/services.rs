//! The demo's services: each a handful of async functions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use trunkline::{
    Bus, Data, HandlerError, HandlerOptions, Publisher, RetryPolicy, Service, State, TenantEvent,
    TenantId,
};

use super::events::{
    AnsweredCallEnded, CallAnswered, CallCreated, CallEnded, CallLogCreated, CallRated, Line,
    PresenceUpdated,
};
use crate::host::Hosted;

/// What `call-logd` calls its handler: its dead letters find it by the name.
pub(super) const WRITE_RECORD: &str = "write_record";

/// All services, about to be started. `call-logd` gets the handler that writes records once it
/// runs, so that it can be exchanged.
pub(super) fn all(bus: &Bus, tariffs: &Arc<Tariffs>, wait: Duration) -> [Hosted; 5] {
    let service = |name: &'static str| Service::builder(name, bus.clone());
    let hosted = |name, events: &[&str], builder| Hosted {
        least_prefetch: 1,
        name,
        bindings: events
            .iter()
            .map(|event| bus.dialect().binding_for(event))
            .collect(),
        builder,
    };
    let patient = RetryPolicy::ladder([wait, 2 * wait, 4 * wait]);
    let calls = ["call_created", "call_ended"];
    [
        hosted(
            "calld",
            &calls,
            service("calld")
                .state(LiveCalls::default())
                .on_with(HandlerOptions::new().named("call_begins"), call_begins)
                .on_with(HandlerOptions::new().named("call_ends"), call_ends),
        ),
        hosted(
            "call-logd",
            &["call_ended", "call_logd_export_created"],
            service("call-logd").on_name("call_logd_export_created", export),
        ),
        hosted(
            "chatd",
            &["call_answered", "call_ended"],
            service("chatd")
                .on_with(HandlerOptions::new().named("user_is_busy"), user_is_busy)
                .on_with(HandlerOptions::new().named("user_is_free"), user_is_free),
        ),
        hosted(
            "agentd",
            &["agent_status_update", "agent_paused"],
            service("agentd")
                .on_name("agent_status_update", staff_changes)
                .on_name("agent_paused", staff_changes),
        ),
        hosted(
            "billing",
            &["call_log_created"],
            service("billing").state(Arc::clone(tariffs)).on_with(
                HandlerOptions::new().named("rate").with_retry(patient),
                rate,
            ),
        ),
    ]
}

/// Calls that are under way.
#[derive(Default)]
struct LiveCalls(AtomicUsize);

async fn call_begins(call: CallCreated, live: State<LiveCalls>) {
    let count = live.0.0.fetch_add(1, Ordering::Relaxed) + 1;
    tracing::debug!(call.call_id, count, "a call begins");
}

async fn call_ends(call: CallEnded, live: State<LiveCalls>) {
    let count = live.0.0.fetch_sub(1, Ordering::Relaxed) - 1;
    tracing::debug!(call.call_id, count, "a call ends");
}

/// The first `call-logd`: a call that nobody answered has no `answer_time`, and it insists on one.
pub(super) async fn write_answered(
    call: AnsweredCallEnded,
    tenant: TenantId,
    out: Publisher,
) -> Result<(), HandlerError> {
    let seconds = seconds(&call.answer_time, &call.hangup_time)?;
    let log = CallLogCreated {
        call_id: call.call_id,
        who: call.caller_id_name,
        whom: call.peer_caller_id_name,
        direction: call.direction,
        seconds,
    };
    out.publish(&log.for_tenant(tenant)).await?;
    Ok(())
}

/// The second `call-logd`, which keeps unanswered calls too.
pub(super) async fn write_any(
    call: CallEnded,
    tenant: TenantId,
    out: Publisher,
) -> Result<(), HandlerError> {
    let seconds = match &call.answer_time {
        Some(answered) => seconds(answered, &call.hangup_time)?,
        None => 0,
    };
    let log = CallLogCreated {
        call_id: call.call_id,
        who: call.caller_id_name,
        whom: call.peer_caller_id_name,
        direction: call.direction,
        seconds,
    };
    out.publish(&log.for_tenant(tenant)).await?;
    Ok(())
}

fn seconds(from: &str, to: &str) -> Result<u64, HandlerError> {
    let read = |text: &str| {
        // RFC 3339 in UTC, written `+00:00` where the parser knows `Z` alone.
        let text = text.strip_suffix("+00:00").unwrap_or(text);
        humantime::parse_rfc3339_weak(text).map_err(HandlerError::reject)
    };
    let talked = read(to)?.duration_since(read(from)?);
    Ok(talked.map_err(HandlerError::reject)?.as_secs())
}

async fn user_is_busy(
    call: CallAnswered,
    tenant: TenantId,
    out: Publisher,
) -> Result<(), HandlerError> {
    presence(call.user_uuid, call.line_id, "talking", tenant, out).await
}

async fn user_is_free(
    call: CallEnded,
    tenant: TenantId,
    out: Publisher,
) -> Result<(), HandlerError> {
    presence(call.user_uuid, call.line_id, "available", tenant, out).await
}

async fn presence(
    uuid: String,
    line: u64,
    state: &str,
    tenant: TenantId,
    out: Publisher,
) -> Result<(), HandlerError> {
    let lines = vec![Line {
        id: line,
        state: state.to_owned(),
    }];
    let presence = PresenceUpdated {
        uuid,
        state: "available".to_owned(),
        line_state: state.to_owned(),
        lines,
    };
    out.publish(&presence.for_tenant(tenant)).await?;
    Ok(())
}

async fn export(Data(export): Data<serde_json::Value>, tenant: TenantId) {
    tracing::debug!(%tenant, %export, "an export is asked for");
}

async fn staff_changes(Data(agent): Data<serde_json::Value>, tenant: TenantId) {
    tracing::debug!(%tenant, %agent, "the staff changes");
}

/// The tariff service that `billing` asks, which is away for a while.
#[derive(Debug)]
pub(super) struct Tariffs {
    /// How many more questions it leaves unanswered.
    away: AtomicU32,
}

impl Tariffs {
    /// Leaves so many questions unanswered first.
    pub(super) fn away_for(questions: u32) -> Self {
        Self {
            away: AtomicU32::new(questions),
        }
    }

    fn cents(&self, seconds: u64) -> Result<u64, HandlerError> {
        let unanswered = self
            .away
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        match unanswered {
            Ok(_) => Err(HandlerError::retry("the tariff service does not answer")),
            Err(_) => Ok(5 + seconds / 2),
        }
    }
}

async fn rate(
    log: CallLogCreated,
    tenant: TenantId,
    tariffs: State<Arc<Tariffs>>,
    out: Publisher,
) -> Result<(), HandlerError> {
    if log.seconds == 0 || log.direction == "internal" {
        return Ok(());
    }
    let rated = CallRated {
        cents: tariffs.cents(log.seconds)?,
        call_id: log.call_id,
    };
    out.publish(&rated.for_tenant(tenant)).await?;
    Ok(())
}
