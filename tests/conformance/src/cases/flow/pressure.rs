//! F3 to F5: publishing and reading under pressure.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use trunkline_core::{
    Ending, Overflow, PublishOptions, Publisher, SubscribeOptions, TransportErrorKind,
};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::{until, within};
use crate::dialect::{CaseDialect, Counted, numbered};
use crate::ledger::Mark;
use crate::stage::{Stage, prefetch};

/// F4. A publish cancelled while it waits for room leaves neither a ghost nor a lost place.
///
/// # Panics
/// When the promise is broken.
pub async fn a_cancelled_publish_leaves_no_ghost_and_no_lost_place(stage: &Stage) -> Outcome {
    const ROOM: usize = 10;
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    let bounded = claimed.flow_control && claimed.durable_subscription;
    if !claims_groups(stage, &client).await || !bounded {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_max_unread(ROOM).with_overflow(Overflow::Wait);
    client.subscribe(options.clone()).await.close().await;
    for round in 0..3 {
        let kept: Vec<_> = (0..ROOM).map(|_| stage.event("a.b")).collect();
        for event in &kept {
            client.publish(event).await;
        }
        let mut ghosts = Vec::new();
        for _ in 0..5 {
            let ghost = stage.author().event(&stage.key("a.b"));
            let publish = client
                .transport()
                .publish(ghost.clone(), PublishOptions::new());
            let cut_short = timeout(Duration::from_millis(50), publish).await;
            assert!(
                cut_short.is_err(),
                "round {round}: it did not wait: {cut_short:?}"
            );
            ghosts.extend(Mark::of(&ghost));
        }
        let mut inbox = client
            .subscribe(options.clone().with_prefetch(prefetch(5)))
            .await;
        let last = stage.sentinel("a.b");
        let first = inbox.take_acked(1).await;
        let options = PublishOptions::new().with_timeout(stage.patience());
        client.publish_with(&last, options).await;
        let received = [first, inbox.acked_until(&last).await].concat();
        let ghost = received.iter().find(|mark| ghosts.contains(mark));
        assert!(
            ghost.is_none(),
            "round {round}: {ghost:?} was cancelled and came"
        );
        let wanted: Vec<_> = kept.iter().filter_map(Mark::of).collect();
        assert_eq!(received, wanted, "round {round}");
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// F4. Publishes whose time is up while they wait give their place back, and order holds for the
/// others.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_out_of_time_gives_its_place_back(stage: &Stage) -> Outcome {
    const ROOM: usize = 4;
    let client = stage.client("client").await;
    let claimed = client.capabilities().clone();
    let bounded = claimed.flow_control && claimed.durable_subscription;
    if !claims_groups(stage, &client).await || !bounded {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options.with_max_unread(ROOM).with_overflow(Overflow::Wait);
    client.subscribe(options.clone()).await.close().await;
    let mut waiting = Vec::new();
    for n in 0..3 * ROOM {
        let (client, event) = (client.clone(), stage.event("a.b"));
        let patience = if n % 3 == 2 {
            Duration::from_millis(50)
        } else {
            stage.patience()
        };
        let options = PublishOptions::new().with_timeout(patience);
        waiting.push(tokio::spawn(async move {
            client.try_publish(&event, options).await
        }));
        tokio::task::yield_now().await;
    }
    stage.pass(Duration::from_millis(200)).await;
    let mut inbox = client.subscribe(options).await;
    let mut taken = 0;
    let mut received = Vec::new();
    for (n, publish) in waiting.into_iter().enumerate() {
        // Reads as it goes, so that there is room for those that wait.
        while !publish.is_finished() {
            let next = timeout(Duration::from_millis(20), inbox.subscription().recv()).await;
            let Ok(Some(delivery)) = next else { continue };
            received.push(Mark::of_delivery(&delivery));
            delivery.ack().await.expect("a delivery can be acked");
        }
        match crate::run::joined(publish).await {
            Ok(_) => taken += 1,
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::Full, "{n}: {error:?}"),
        }
    }
    assert!(
        taken >= 2 * ROOM,
        "those with patience got through: {taken}"
    );
    received.extend(inbox.take_acked(taken - received.len()).await);
    stage.tally(&received).exactly_once("the group");
    Ok(Verdict::Kept)
}

/// F5. Handlers may publish, to others and to themselves, without a deadlock.
///
/// # Panics
/// When the promise is broken.
pub async fn a_handler_may_publish(stage: &Stage) -> Outcome {
    const EVENTS: u64 = 300;
    let client = stage.client("client").await;
    let bus = CaseDialect::bus(stage, &client);
    let sum = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&sum);
    let handler = move |event: Counted, publisher: Publisher| {
        let sum = Arc::clone(&counting);
        async move {
            sum.fetch_add(1, Ordering::Relaxed);
            // Each event leads to two smaller ones at the same handler, until there is nothing
            // left.
            for _ in 0..2_u8.min(event.number as u8) {
                publisher
                    .publish(&numbered("counted", event.number - 1))
                    .await?;
            }
            Ok::<_, trunkline_core::PublishError>(())
        }
    };
    let builder = trunkline_core::Service::builder(stage.group("echo"), bus.clone()).prefetch(4);
    let builder = if client.capabilities().groups {
        builder
    } else {
        builder.live()
    };
    let service = builder.on(handler).build().expect("a plain service");
    let service = service.start().await.expect("the service starts");
    let publisher = bus.publisher();
    let publishing = async {
        for _ in 0..EVENTS {
            publisher
                .publish(&numbered("counted", 1))
                .await
                .expect("a plain event");
        }
    };
    within(stage.patience(), "the publishing", publishing).await;
    let handle = service.handle();
    // One of number 1 leads to one of number 0.
    let done = || async { handle.ended(&Ending::Acked) == 2 * EVENTS };
    until(stage.patience(), "every event and what it led to", done).await;
    assert_eq!(sum.load(Ordering::Relaxed), 2 * EVENTS);
    service.drain().await.expect("the service drains");
    Ok(Verdict::Kept)
}

/// F3. A subscription that always has more to give lets other tasks run.
///
/// # Panics
/// When the promise is broken.
pub async fn a_busy_subscription_lets_other_tasks_run(stage: &Stage) -> Outcome {
    const EVENTS: usize = 5_000;
    let client = stage.client("client").await;
    let options = SubscribeOptions::live([stage.on("a.b")]).with_max_unread(2 * EVENTS);
    let mut inbox = client.subscribe(options).await;
    for _ in 0..EVENTS {
        client.publish(&stage.event("a.b")).await;
    }
    let mut reading = pin!(async {
        for _ in 0..EVENTS {
            let delivery = inbox.subscription().recv().await.expect("there are more");
            delivery.ack().await.expect("a delivery can be acked");
        }
    });
    // Each time it is polled again it has let others run.
    let mut turns = 0;
    let turn_by_turn = poll_fn(|cx| {
        turns += 1;
        reading.as_mut().poll(cx)
    });
    within(stage.patience(), "the reading", turn_by_turn).await;
    assert!(turns >= 10, "{EVENTS} events were read in {turns} turns");
    Ok(Verdict::Kept)
}
