//! H1 and H2: health and metrics.

use std::time::Duration;

use trunkline_core::{
    Context, DeadReason, Ending, HandlerError, Health, PublishOptions, Redelivery, RetryPolicy,
    Service,
};

use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::counts::Counts;
use crate::dialect::{CaseDialect, Counted, NAME, numbered};
use crate::stage::Stage;

/// H1. Health goes down within two heartbeats when the broker does, says since when and why, and
/// comes up with it.
///
/// # Panics
/// When the promise is broken.
pub async fn health_follows_the_broker(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    for _ in 0..2 {
        stage.inflict(Fault::Stop).await?;
        client.not_running(stage.broker().notices_within()).await;
        let health = client.transport().health().borrow().clone();
        match &health {
            Health::Degraded { reason, .. } => assert!(!reason.is_empty(), "degraded, but why?"),
            Health::Connecting => {}
            other => panic!("without a broker the health is `{other}`"),
        }
        stage.inflict(Fault::Start).await?;
        client.running().await;
    }
    client.close().await;
    assert_eq!(*client.transport().health().borrow(), Health::Closed);
    Ok(Verdict::Kept)
}

/// H1. Health follows the link, too, when the broker lives.
///
/// # Panics
/// When the promise is broken.
pub async fn health_follows_the_link(stage: &Stage) -> Outcome {
    let (client, other) = (stage.client("client").await, stage.client("other").await);
    client.running().await;
    stage.cut(&client).await?;
    client.running().await;
    assert!(
        other.transport().health().borrow().is_running(),
        "another's link was cut"
    );
    Ok(Verdict::Kept)
}

/// H2. After a scripted run every counter is what the script says.
///
/// # Panics
/// When the promise is broken.
pub async fn counters_equal_the_script(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await || client.capabilities().redelivery == Redelivery::None
    {
        return Ok(Verdict::Refused);
    }
    let counts = Counts::default();
    let group = stage.group("billing");
    // Of each ten events one is rejected and one fails once.
    let handler = |event: Counted, context: Context| async move {
        match event.number % 10 {
            0 => Err(HandlerError::reject("by the script")),
            1 if context.attempt() == 1 => Err(HandlerError::retry("by the script")),
            _ => Ok(()),
        }
    };
    let policy = RetryPolicy::ladder([Duration::from_millis(10)]);
    let (bus, service) = metrics::with_local_recorder(&counts, || {
        let bus = CaseDialect::bus(stage, &client);
        let service = Service::builder(&group, bus.clone())
            .retry(policy)
            .on(handler)
            .build();
        (bus, service.expect("a plain service"))
    });
    let service = service.start().await.expect("the service starts");
    let publisher = bus.publisher();
    for number in 0..20 {
        publisher
            .publish(&numbered("counted", number))
            .await
            .expect("a plain event");
    }
    let poison = trunkline_core::Envelope::new(CaseDialect::new(stage).key("counted"), "not JSON");
    let poison = poison.with_header(NAME, "counted").expect("a plain header");
    let options = PublishOptions::new;
    publisher
        .publish_envelope(poison.clone(), options())
        .await
        .expect("taken");
    let refused = poison
        .with_header("x-reserved", 1)
        .expect("such a header can be held");
    publisher
        .publish_envelope(refused, options())
        .await
        .expect_err("a reserved header");

    let handle = service.handle();
    let ended = |ending: &Ending| handle.ended(ending);
    let dead = |reason| Ending::DeadLettered { reason };
    let done = || async { ended(&Ending::Acked) == 18 && ended(&dead(DeadReason::Rejected)) == 3 };
    until(stage.patience(), "the script's end", done).await;
    service.drain().await.expect("the service drains");
    for (name, label, wanted) in [
        ("trunkline_published_total", "ok", 21),
        ("trunkline_published_total", "failed", 1),
        ("trunkline_settled_total", "acked", 18),
        ("trunkline_settled_total", "retried", 2),
        ("trunkline_settled_total", "dead_lettered", 3),
        ("trunkline_settled_total", "dropped", 0),
        ("trunkline_settled_total", "handed_back", 0),
        ("trunkline_handled_total", "ok", 18),
        // Two rejected, two tried again, one unreadable.
        ("trunkline_handled_total", "failed", 5),
        ("trunkline_handled_total", "panicked", 0),
        ("trunkline_settle_failed_total", "", 0),
        ("trunkline_gaps_total", "", 0),
    ] {
        assert_eq!(
            counts.of(name, label),
            wanted,
            "{name} {label}; all: {counts:?}"
        );
    }
    Ok(Verdict::Kept)
}
