//! X2 and X3: a service that ends in good order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use trunkline_core::{Ending, Lanes, Redelivery, RunningService, Service, SubscribeOptions};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::{until, within};
use crate::dialect::{CaseDialect, Counted, numbered};
use crate::run::joined;
use crate::stage::Stage;

/// A service whose handlers wait at a gate.
struct Gated {
    service: RunningService,
    begun: Arc<AtomicU64>,
    gate: Arc<Semaphore>,
}

async fn gated(
    stage: &Stage,
    client: &Client,
    prefetch: u16,
    lanes: Option<Lanes>,
    deadline: Duration,
) -> Gated {
    let (begun, gate) = (Arc::new(AtomicU64::new(0)), Arc::new(Semaphore::new(0)));
    let handler = {
        let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
        move |_: Counted| {
            let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
            async move {
                begun.fetch_add(1, Ordering::Relaxed);
                gate.acquire().await.expect("the gate stays").forget();
            }
        }
    };
    let builder = Service::builder(stage.group("billing"), CaseDialect::bus(stage, client))
        .prefetch(prefetch)
        .handler_timeout(None)
        .drain_timeout(deadline)
        .on(handler);
    let builder = match lanes {
        Some(lanes) => builder.lanes(lanes),
        None => builder,
    };
    let service = builder.build().expect("a plain service");
    Gated {
        service: service.start().await.expect("the service starts"),
        begun,
        gate,
    }
}

impl Gated {
    /// Waits until so many handlers are at the gate.
    async fn at_the_gate(&self, stage: &Stage, count: u64) {
        let begun = || async { self.begun.load(Ordering::Relaxed) == count };
        until(stage.patience(), format!("{count} handlers at work"), begun).await;
    }

    async fn publish(&self, count: u64) {
        let publisher = self.service.publisher();
        for number in 0..count {
            publisher
                .publish(&numbered("counted", number))
                .await
                .expect("a plain event");
        }
    }
}

/// The other member of the service's group.
async fn heir(stage: &Stage, client: &Client) -> crate::Inbox {
    let key = CaseDialect::new(stage).key("counted");
    let binding = trunkline_core::Binding::builder()
        .key(key.as_str())
        .build()
        .expect("a key");
    client
        .subscribe(SubscribeOptions::group(stage.group("billing"), [binding]))
        .await
}

/// X2. A drain takes nothing new, lets what runs finish and be acked, hands the rest back at no
/// attempt's cost, and counts.
///
/// # Panics
/// When the promise is broken.
pub async fn a_drain_finishes_what_runs_and_hands_back_the_rest(stage: &Stage) -> Outcome {
    const RUNNING: u64 = 20;
    const BEHIND: u64 = 100;
    let (client, other) = (stage.client("client").await, stage.client("other").await);
    let claimed = client.capabilities().clone();
    if !claims_groups(stage, &client).await || claimed.redelivery == Redelivery::None {
        return Ok(Verdict::Refused);
    }
    // In the second round the rest is in the service's own hands, behind the one that holds the
    // lane.
    let rounds = [
        (RUNNING, None, RUNNING),
        (RUNNING + BEHIND, Some(Lanes::one()), 1),
    ];
    for (prefetch, lanes, running) in rounds {
        let most = Duration::from_secs(600);
        let gated = gated(stage, &client, prefetch as u16, lanes, most).await;
        gated.publish(RUNNING + BEHIND).await;
        gated.at_the_gate(stage, running).await;
        let handle = gated.service.handle();
        let draining = tokio::spawn(gated.service.drain());
        stage.pass(Duration::from_millis(50)).await;
        assert!(
            !draining.is_finished(),
            "drained while {running} handlers are at work"
        );
        assert_eq!(handle.health().as_str(), "draining");
        gated.gate.add_permits(1_000);
        let report = within(stage.patience(), "the drain", joined(draining)).await;
        let report = report.expect("the service drains");
        assert_eq!(
            (report.finished as u64, report.cancelled),
            (running, 0),
            "{report:?}"
        );
        assert_eq!(handle.ended(&Ending::Acked), running, "acked");
        assert_eq!(
            gated.begun.load(Ordering::Relaxed),
            running,
            "new work was begun"
        );
        // Where work waits for the member that had it, nobody else can inherit it.
        let next = match claimed.redelivery {
            Redelivery::OnReconnect => &client,
            _ => &other,
        };
        let mut inbox = heir(stage, next).await;
        for _ in 0..RUNNING + BEHIND - running {
            let delivery = inbox.next().await;
            if claimed.attempt_count == trunkline_core::AttemptCount::Exact {
                assert_eq!(delivery.attempt(), 1, "what was not begun costs no attempt");
            }
            delivery.ack().await.expect("a delivery can be acked");
        }
        let last = numbered("counted", u64::MAX >> 1);
        let publisher = CaseDialect::bus(stage, &other).publisher();
        publisher.publish(&last).await.expect("a plain event");
        let delivery = inbox.next().await;
        let wanted = publisher.publish(&last).encode().expect("a plain event");
        assert_eq!(
            delivery.envelope().body(),
            wanted.body(),
            "more came back than was there"
        );
        delivery.ack().await.expect("a delivery can be acked");
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// X3. A handler still at work at the deadline is cut short, and its event goes to another member
/// as another attempt.
///
/// # Panics
/// When the promise is broken.
pub async fn a_deadline_passes_the_work_on(stage: &Stage) -> Outcome {
    let (client, other) = (stage.client("client").await, stage.client("other").await);
    let claimed = client.capabilities().clone();
    if !claims_groups(stage, &client).await || claimed.redelivery != Redelivery::Immediate {
        return Ok(Verdict::Refused);
    }
    let gated = gated(stage, &client, 4, None, Duration::from_millis(200)).await;
    gated.publish(3).await;
    gated.at_the_gate(stage, 3).await;
    let report = within(stage.patience(), "the drain", gated.service.drain()).await;
    let report = report.expect("the service drains");
    assert_eq!((report.finished, report.cancelled), (0, 3), "{report:?}");
    let mut inbox = heir(stage, &other).await;
    for _ in 0..3 {
        let delivery = inbox.next().await;
        crate::cases::settlement::assert_attempt(&other, &delivery, 2);
        delivery.ack().await.expect("a delivery can be acked");
    }
    Ok(Verdict::Kept)
}
