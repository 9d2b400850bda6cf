//! What plugins publish: checked at once, sent by a task of the generation's own.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{self, Poll};

use serde_json::{Map, Value as Json};
use tokio::sync::mpsc;
use trunkline_core::{
    Audience, BoxError, DynamicEvent, Envelope, Headers, PublishError, Publisher, Receipt,
    TenantId, UserId, Value,
};
use trunkline_plugin_abi as abi;

use super::{Generation, Held};

/// Most publishes that one plugin waits for at once.
const AT_ONCE: usize = 64;

/// One event to be published, and what led to it.
pub(super) struct Job {
    cause: Option<Envelope>,
    event: DynamicEvent,
    headers: Headers,
    op: u64,
}

/// Takes an event that a plugin wants published, or says why not.
///
/// # Safety
/// What the publication points to lives during the call.
pub(super) unsafe fn accept(
    generation: &'static Generation,
    token: u64,
    publication: &abi::Publication,
    op: u64,
) -> i32 {
    if !generation.open.load(Ordering::SeqCst) {
        return abi::CANCELLED;
    }
    if (publication.size as usize) < size_of::<abi::Publication>() {
        return abi::UNSUPPORTED;
    }
    // SAFETY: the caller's promise.
    let name = unsafe { publication.name.to_text() };
    if !generation
        .allowed
        .iter()
        .any(|pattern| pattern.matches(name))
    {
        generation.counters.denied.add(1);
        tracing::warn!(
            plugin = generation.manifest.name,
            event = name,
            "may not publish this; `publishes` in its manifest and `publish` in its settings say what it may"
        );
        return abi::DENIED;
    }
    if generation
        .publishes
        .as_ref()
        .is_some_and(|rate| !rate.admit())
    {
        generation.counters.limited.add(1);
        return abi::LIMIT;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { publication.content.get() }.len();
    let most = generation.settings.max_event_bytes;
    if let Some(most) = most.filter(|most| bytes > *most) {
        generation.counters.refused.add(1);
        tracing::warn!(
            plugin = generation.manifest.name,
            event = name,
            bytes,
            most,
            "cannot be published: its content is larger than `max_event_bytes`"
        );
        return abi::FAILED;
    }
    // SAFETY: the caller's promise.
    let (event, headers) = match unsafe { read(publication) } {
        Ok(read) => read,
        Err(error) => {
            generation.counters.refused.add(1);
            tracing::warn!(plugin = generation.manifest.name, event = name, %error, "cannot be published");
            return abi::FAILED;
        }
    };
    let call = Held::find(generation, token);
    let cause = call.map(|call| call.context().envelope().clone());
    let job = Job {
        cause,
        event,
        headers,
        op,
    };
    match generation.publications.try_send(Some(job)) {
        Ok(()) => abi::OK,
        Err(_) => {
            generation.counters.limited.add(1);
            abi::LIMIT
        }
    }
}

/// Copies what a plugin wants published.
///
/// # Safety
/// What the publication points to lives during the call.
unsafe fn read(publication: &abi::Publication) -> Result<(DynamicEvent, Headers), BoxError> {
    // SAFETY: the caller's promise, for each of these.
    let (name, key, acl, tenant, content) = unsafe {
        (
            publication.name.to_text(),
            publication.routing_key.to_text(),
            publication.required_acl.to_text(),
            publication.tenant.to_text(),
            publication.content.get(),
        )
    };
    // SAFETY: the caller's promise.
    let users = unsafe { publication.user_slice() }.iter();
    // SAFETY: the caller's promise.
    let users: Vec<UserId> = users.map(|user| unsafe { user.to_text() }.into()).collect();
    let audience = audience(publication.level, tenant, users)?;
    let content: Map<String, Json> = serde_json::from_slice(content)?;
    let mut event = DynamicEvent::new(name.to_owned(), key.to_owned(), audience)?;
    if !acl.is_empty() {
        event = event.with_required_acl(acl.to_owned())?;
    }
    event = event.with_content(&content)?;
    let mut headers = Headers::new();
    // SAFETY: the caller's promise.
    for header in unsafe { publication.header_slice() } {
        // SAFETY: the caller's promise.
        let (name, value) = unsafe { (header.name.to_text(), header_value(header)?) };
        // A variable for the templates too, if it can be one.
        match Json::try_from(value.as_ref()) {
            Ok(json) if header.kind != abi::HEADER_BYTES => {
                event = event.with_attribute(name, json);
            }
            _ => headers.insert(name, value)?,
        }
    }
    Ok((event, headers))
}

fn audience(level: u32, tenant: &str, mut users: Vec<UserId>) -> Result<Audience, BoxError> {
    if level != abi::LEVEL_SERVICE && tenant.is_empty() {
        return Err("it has no tenant".into());
    }
    let tenant = TenantId::from(tenant);
    Ok(match level {
        abi::LEVEL_SERVICE => Audience::Service,
        abi::LEVEL_TENANT => Audience::Tenant(tenant),
        abi::LEVEL_USER => Audience::User {
            tenant,
            user: users.pop(),
        },
        abi::LEVEL_MULTI_USER => Audience::Users { tenant, users },
        other => return Err(format!("there is no level {other}").into()),
    })
}

/// Copies a header's value.
///
/// # Safety
/// What the header points to lives during the call.
unsafe fn header_value(header: &abi::Header) -> Result<Value, BoxError> {
    // SAFETY: the caller's promise.
    let (bytes, text) = unsafe { (header.value.get(), header.value.to_text()) };
    Ok(match header.kind {
        abi::HEADER_NULL => Value::Null,
        abi::HEADER_BOOL => Value::Bool(text.parse()?),
        abi::HEADER_INT => Value::Int(text.parse()?),
        abi::HEADER_FLOAT => Value::Float(text.parse()?),
        abi::HEADER_TEXT => Value::Text(std::str::from_utf8(bytes)?.to_owned()),
        abi::HEADER_JSON => Value::try_from(serde_json::from_slice::<Json>(bytes)?)?,
        _ => Value::Bytes(bytes.to_vec().into()),
    })
}

type Sending = Pin<Box<dyn Future<Output = (u64, Result<Receipt, PublishError>)> + Send>>;

/// Sends what comes, in the order it comes, and tells the plugin what the broker said. Ends when
/// the generation is closed and nothing is left.
pub(super) async fn run(generation: &'static Generation, mut queue: mpsc::Receiver<Option<Job>>) {
    let mut sending = VecDeque::<Sending>::new();
    let mut next = |cx: &mut task::Context<'_>, sending: &mut VecDeque<Sending>| {
        // Begun in order, so that they reach the transport in order.
        let mut ended = false;
        while sending.len() < AT_ONCE && !ended {
            match queue.poll_recv(cx) {
                Poll::Ready(Some(Some(job))) => sending.push_back(Box::pin(send(generation, job))),
                Poll::Ready(Some(None)) => queue.close(),
                Poll::Ready(None) => ended = true,
                Poll::Pending => break,
            }
        }
        for at in 0..sending.len() {
            if let Poll::Ready(done) = sending[at].as_mut().poll(cx) {
                drop(sending.remove(at));
                return Poll::Ready(Some(done));
            }
        }
        if ended && sending.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Pending
    };
    while let Some((op, outcome)) = poll_fn(|cx| next(cx, &mut sending)).await {
        // Where its thread does not come back, what it publishes waits too, and is then refused.
        tell(generation, op, outcome).await;
    }
}

async fn send(generation: &'static Generation, job: Job) -> (u64, Result<Receipt, PublishError>) {
    let publisher = match job.cause {
        Some(cause) => Publisher::caused_by(generation.bus.clone(), cause),
        None => generation.bus.publisher(),
    };
    let publication = publisher.publish(&job.event).headers(job.headers);
    (job.op, publication.await)
}

/// Tells a plugin what became of an event it published, on its own thread.
async fn tell(generation: &'static Generation, op: u64, outcome: Result<Receipt, PublishError>) {
    let (status, message) = match outcome {
        Ok(_) => {
            generation.counters.published.add(1);
            (abi::OK, String::new())
        }
        Err(error) => {
            generation.counters.refused.add(1);
            let retryable = error.is_retryable();
            let message = trunkline_core::HandlerError::retry(error).to_string();
            (if retryable { abi::RETRY } else { abi::FAILED }, message)
        }
    };
    if status != abi::OK && op == 0 {
        let plugin = &generation.manifest.name;
        tracing::warn!(%plugin, %message, "what it published was not taken");
    }
    if op == 0 || !generation.open.load(Ordering::SeqCst) {
        return;
    }
    let told = move || {
        let table = generation.table();
        if let Some(published) = table.published {
            let reply = abi::Reply::with_message(status, abi::Bytes::text(&message));
            // SAFETY: the plugin has started, and its state lives: it is freed on this very thread,
            // after what was told before. The reply lives during the call.
            unsafe { published(table.state, op, &reply) };
        }
    };
    generation.control.tell(told).await;
}
