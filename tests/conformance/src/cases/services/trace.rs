//! T1: one trace, whatever becomes of an event.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use trunkline_core::{
    Context, HandlerError, Publisher, Redelivery, RetryPolicy, Service, SubscribeOptions,
    TRACEPARENT, TRACESTATE, TraceContext,
};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::dialect::{CaseDialect, Counted, numbered};
use crate::stage::Stage;

/// T1. From an event over its retries, its dead letter and its replay to what it led to, the trace
/// and the conversation are the same.
///
/// # Panics
/// When the promise is broken.
pub async fn a_trace_survives_retry_dead_letter_and_replay(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    let able = claimed.dead_letter && claimed.redelivery != Redelivery::None;
    if !claims_groups(stage, &client).await || !able {
        return Ok(Verdict::Refused);
    }
    let (plain, bus) = (CaseDialect::new(stage), CaseDialect::bus(stage, &client));
    let (seen, mut traces) = tokio::sync::mpsc::unbounded_channel();
    let mended = Arc::new(AtomicBool::new(false));
    let handler = {
        let mended = Arc::clone(&mended);
        move |_: Counted, context: Context, publisher: Publisher| {
            let header = |name| context.envelope().headers().text(name).map(str::to_owned);
            let _ = seen.send((header(TRACEPARENT), header(TRACESTATE)));
            let mended = mended.load(Ordering::Relaxed);
            async move {
                if !mended {
                    return Err(HandlerError::retry("not mended yet"));
                }
                publisher.publish(&numbered("follow-up", 1)).await?;
                Ok(())
            }
        }
    };
    let group = stage.group("billing");
    let policy = RetryPolicy::ladder([Duration::from_millis(10)]);
    let service = Service::builder(&group, bus.clone())
        .retry(policy)
        .on(handler);
    let service = service
        .build()
        .expect("a plain service")
        .start()
        .await
        .expect("it starts");
    let key = plain.key("follow-up");
    let binding = trunkline_core::Binding::builder()
        .key(key.as_str())
        .build()
        .expect("a key");
    let mut followed = client.subscribe(SubscribeOptions::live([binding])).await;

    let parent = TraceContext::generate();
    let event = numbered("counted", 7);
    let publisher = bus.publisher();
    let publication = publisher
        .publish(&event)
        .header(TRACEPARENT, parent.to_string())
        .header(TRACESTATE, "vendor=value")
        .correlation_id("conversation");
    let sent = publication.encode().expect("a plain event");
    client.publish(&sent).await;

    let letters = client
        .transport()
        .dead_letters(&group)
        .await
        .expect("claimed");
    let arrived = || async {
        letters
            .list(None, 2)
            .await
            .is_ok_and(|some| some.len() == 1)
    };
    until(stage.patience(), "a dead letter", arrived).await;
    let letter = letters
        .list(None, 2)
        .await
        .expect("they can be listed")
        .remove(0);
    let told = letter.envelope.headers().text(TRACEPARENT);
    assert_eq!(
        told,
        Some(parent.to_string().as_str()),
        "the dead letter's trace"
    );
    mended.store(true, Ordering::Relaxed);
    assert!(
        letters.replay(&letter.id).await.expect("a replay"),
        "the letter is there"
    );

    let delivery = followed.next().await;
    let follow_up = delivery.envelope().clone();
    delivery.ack().await.expect("a delivery can be acked");
    let child: TraceContext = follow_up
        .headers()
        .text(TRACEPARENT)
        .expect("what a traced event led to is traced")
        .parse()
        .expect("a trace context");
    assert_eq!(child.trace_id(), parent.trace_id(), "another trace");
    assert_ne!(child.span_id(), parent.span_id(), "a span of its own");
    assert_eq!(follow_up.headers().text(TRACESTATE), Some("vendor=value"));
    let properties = follow_up.properties();
    assert_eq!(properties.correlation_id(), Some("conversation"));
    let cause = sent.id().map(ToString::to_string);
    assert_eq!(
        properties.causation_id(),
        cause.as_deref(),
        "what led to it"
    );
    service.drain().await.expect("the service drains");
    let wanted = (Some(parent.to_string()), Some("vendor=value".to_owned()));
    let mut attempts = 0;
    while let Ok(seen) = traces.try_recv() {
        assert_eq!(seen, wanted, "attempt {attempts}");
        attempts += 1;
    }
    assert_eq!(attempts, 3, "two attempts and a replay");
    Ok(Verdict::Kept)
}
