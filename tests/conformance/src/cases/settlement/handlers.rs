//! S12 and S15: handlers that fail in every way, and events nobody can read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use trunkline_core::{
    Context, DeadReason, Ending, HandlerError, HandlerOptions, Redelivery, RetryPolicy, Service,
};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::client::until;
use crate::dialect::{CaseDialect, Counted, NAME, numbered};
use crate::stage::Stage;

/// How a handler fails at its first attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Failure {
    Panic,
    TimeOut,
    Error,
}

/// Whether services can try again on this transport.
fn retries(client: &Client) -> bool {
    let claimed = client.capabilities();
    claimed.redelivery != Redelivery::None && claimed.groups
}

/// S12. A handler that panics counts as failed; its neighbours and the subscription live.
///
/// # Panics
/// When the promise is broken.
pub async fn a_handler_that_panics_counts_as_failed(stage: &Stage) -> Outcome {
    fails_once(stage, Failure::Panic).await
}

/// S12. A handler that takes too long counts as failed; its neighbours and the subscription live.
///
/// # Panics
/// When the promise is broken.
pub async fn a_handler_that_times_out_counts_as_failed(stage: &Stage) -> Outcome {
    fails_once(stage, Failure::TimeOut).await
}

/// S12. A handler's error brings another attempt for it alone: its neighbours are not called again.
///
/// # Panics
/// When the promise is broken.
pub async fn a_handler_that_errs_is_tried_again_alone(stage: &Stage) -> Outcome {
    fails_once(stage, Failure::Error).await
}

async fn fails_once(stage: &Stage, failure: Failure) -> Outcome {
    let client = stage.client("client").await;
    if !retries(&client) {
        return Ok(Verdict::Refused);
    }
    let [calls, good, beside] = [(); 3].map(|()| Arc::new(AtomicU64::new(0)));
    let handler = {
        let (calls, good) = (Arc::clone(&calls), Arc::clone(&good));
        move |event: Counted, _: Context| {
            let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
            let good = Arc::clone(&good);
            async move {
                match failure {
                    _ if !first => {}
                    Failure::Panic => panic!("a handler's panic, on purpose"),
                    Failure::TimeOut => std::future::pending().await,
                    Failure::Error => return Err(HandlerError::retry("on purpose")),
                }
                good.fetch_add(event.number, Ordering::Relaxed);
                Ok(())
            }
        }
    };
    let neighbour = {
        let beside = Arc::clone(&beside);
        move |event: Counted| {
            beside.fetch_add(event.number, Ordering::Relaxed);
            std::future::ready(())
        }
    };
    let policy = RetryPolicy::ladder([Duration::from_millis(10)]);
    let service = Service::builder(stage.group("billing"), CaseDialect::bus(stage, &client))
        .retry(policy)
        .handler_timeout(Duration::from_millis(500))
        .on_with(HandlerOptions::new().named("failing"), handler)
        .on_with(HandlerOptions::new().named("beside"), neighbour)
        .build()
        .expect("a plain service");
    let service = service.start().await.expect("the service starts");
    let publisher = service.publisher();
    for number in [1, 10] {
        publisher
            .publish(&numbered("counted", number))
            .await
            .expect("a plain event");
    }
    let handle = service.handle();
    let done = || async { handle.ended(&Ending::Acked) == 2 };
    until(stage.patience(), "two events done", done).await;
    let counts = [&calls, &good, &beside].map(|count| count.load(Ordering::Relaxed));
    assert_eq!(
        counts,
        [3, 11, 11],
        "calls, sum of the failing one, sum of its neighbour"
    );
    let retried = handle.ended(&Ending::Retried {
        after: Duration::ZERO,
    });
    assert_eq!(retried, 1, "one more attempt");
    let report = service.drain().await.expect("the service drains");
    assert_eq!(report.cancelled, 0);
    Ok(Verdict::Kept)
}

/// S15. An event nobody can read holds up none of the hundred good ones behind it.
///
/// # Panics
/// When the promise is broken.
pub async fn an_unreadable_event_holds_nobody_up(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let done = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&done);
    let builder = Service::builder(stage.group("billing"), CaseDialect::bus(stage, &client))
        // One at a time: what the first holds, it would hold from all.
        .prefetch(1)
        .on(move |_: Counted| {
            counter.fetch_add(1, Ordering::Relaxed);
            std::future::ready(())
        });
    let builder = if client.capabilities().groups {
        builder
    } else {
        builder.live()
    };
    let service = builder
        .build()
        .expect("a plain service")
        .start()
        .await
        .expect("it starts");
    let poison = trunkline_core::Envelope::new(CaseDialect::new(stage).key("counted"), "not JSON")
        .with_header(NAME, "counted")
        .expect("a plain header");
    client.publish(&poison).await;
    let publisher = service.publisher();
    for number in 0..100 {
        publisher
            .publish(&numbered("counted", number))
            .await
            .expect("a plain event");
    }
    let all = || async { done.load(Ordering::Relaxed) == 100 };
    until(stage.patience(), "100 events behind an unreadable one", all).await;
    let dead = Ending::DeadLettered {
        reason: DeadReason::Undecodable,
    };
    assert_eq!(service.handle().ended(&dead), 1, "the unreadable event");
    service.drain().await.expect("the service drains");
    Ok(Verdict::Kept)
}
