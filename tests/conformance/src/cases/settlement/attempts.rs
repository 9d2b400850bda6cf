//! S6 and S7: attempts are counted, and limited.

use std::sync::Arc;
use std::time::Duration;

use crate::sync::Mutex;
use trunkline_core::{
    Context, DeadReason, Ending, HandlerError, Redelivery, RetryPolicy, Service, ServiceBuilder,
};

use super::{Bench, KEY, assert_attempt, settled};
use crate::Client;
use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::client::until;
use crate::dialect::{CaseDialect, Counted, numbered};
use crate::stage::Stage;

/// S6. A delivery nacked twice comes as attempts 1, 2 and 3.
///
/// # Panics
/// When the promise is broken.
pub async fn attempts_are_counted(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    if bench.redelivery() == Redelivery::None {
        bench.refuses_nack(stage).await;
        return Ok(Verdict::Refused);
    }
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    for number in 1..=3 {
        let delivery = bench.inbox.expect(&event).await;
        assert_attempt(&bench.client, &delivery, number);
        let wait = Duration::from_millis(50 * u64::from(number - 1));
        match number {
            3 => settled(delivery.ack().await),
            _ => settled(delivery.nack(wait).await),
        }
    }
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S6. Attempts go on counting over a cut.
///
/// # Panics
/// When the promise is broken.
pub async fn attempts_are_counted_over_a_cut(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    if bench.redelivery() == Redelivery::None || !bench.client.capabilities().groups {
        return Ok(Verdict::Refused);
    }
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    for number in 1..=3 {
        let delivery = bench.inbox.expect(&event).await;
        assert_attempt(&bench.client, &delivery, number);
        match number {
            1 => settled(delivery.nack(Duration::ZERO).await),
            2 => {
                stage.cut(&bench.client).await?;
                bench.client.running().await;
                drop(delivery);
            }
            _ => settled(delivery.ack().await),
        }
    }
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// Each attempt a handler saw.
type Seen = Arc<Mutex<Vec<u32>>>;

/// A service whose only handler fails until the given attempt.
fn failing(stage: &Stage, client: &Client, group: &str, good: u32) -> (ServiceBuilder, Seen) {
    let seen = Seen::default();
    let attempts = Arc::clone(&seen);
    let handler = move |_: Counted, context: Context| {
        attempts.lock().push(context.attempt());
        let good = context.attempt() >= good;
        async move {
            if good {
                Ok(())
            } else {
                Err(HandlerError::retry("not yet"))
            }
        }
    };
    let policy = RetryPolicy::ladder([Duration::from_millis(10)]).with_max_attempts(5);
    let builder = Service::builder(group, CaseDialect::bus(stage, client))
        .retry(policy)
        .on(handler);
    (builder, seen)
}

/// S6. A handler that fails twice sees three attempts, and one that always fails sees as many as
/// the limit; then the event is a dead letter.
///
/// # Panics
/// When the promise is broken.
pub async fn an_exhausted_delivery_becomes_a_dead_letter(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities();
    let counts = claimed.attempt_count == trunkline_core::AttemptCount::Exact;
    if !claimed.groups || !counts || claimed.redelivery == Redelivery::None {
        return Ok(Verdict::Refused);
    }
    let dead = Ending::DeadLettered {
        reason: DeadReason::AttemptsExhausted,
    };
    for (good, wanted, ending) in [(3, 3, Ending::Acked), (u32::MAX, 5, dead)] {
        let group = stage.group(&format!("good-at-{good}"));
        let (builder, seen) = failing(stage, &client, &group, good);
        let service = builder
            .build()
            .expect("a plain service")
            .start()
            .await
            .expect("it starts");
        let publisher = service.publisher();
        publisher
            .publish(&numbered("counted", 7))
            .await
            .expect("a plain event");
        let handle = service.handle();
        let ended = || async { handle.ended(&ending) == 1 };
        until(stage.patience(), format!("one {ending:?}"), ended).await;
        assert_eq!(
            *seen.lock(),
            (1..=wanted).collect::<Vec<_>>(),
            "attempts seen"
        );
        if wanted == 5 && claimed.dead_letter {
            let letters = client
                .transport()
                .dead_letters(&group)
                .await
                .expect("claimed");
            let list = || letters.list(None, 10);
            let arrived = || async { list().await.is_ok_and(|letters| letters.len() == 1) };
            until(stage.patience(), "one dead letter", arrived).await;
            let letter = list().await.expect("they can be listed").remove(0);
            assert_eq!(
                (letter.reason, letter.attempts),
                (DeadReason::AttemptsExhausted, 5)
            );
            assert!(letter.error.contains("not yet"), "{}", letter.error);
        }
        service.drain().await.expect("the service drains");
    }
    Ok(Verdict::Kept)
}

/// S7. A limit of the broker's own below ours is told: refused, overruled, or seen in the dead
/// letter; never a silent loss.
///
/// # Panics
/// When the promise is broken.
pub async fn a_limit_of_the_brokers_own_is_told(stage: &Stage) -> Outcome {
    let group = stage.group("billing");
    stage
        .inflict(Fault::LimitDeliveries {
            group: &group,
            limit: 3,
        })
        .await?;
    let client = stage.client("client").await;
    let options = trunkline_core::SubscribeOptions::group(&group, [stage.on(KEY)]);
    let mut inbox = match client.try_subscribe(options).await {
        Ok(inbox) => inbox,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "refused without a word");
            return Ok(Verdict::Kept);
        }
    };
    let event = stage.event(KEY);
    client.publish(&event).await;
    let mut came = 0;
    for _ in 0..10 {
        let next = tokio::time::timeout(stage.patience() / 4, inbox.next());
        let Ok(delivery) = next.await else { break };
        came += 1;
        settled(delivery.nack(Duration::ZERO).await);
    }
    if came < 10 {
        let letters = client
            .transport()
            .dead_letters(&group)
            .await
            .expect("lost for ever");
        let letters = letters.list(None, 10).await.expect("they can be listed");
        let told = letters
            .iter()
            .any(|letter| letter.reason == DeadReason::DeliveryLimit);
        assert!(
            told,
            "gone after {came} attempts, dead letters: {letters:?}"
        );
    } else {
        settled(inbox.next().await.ack().await);
    }
    Ok(Verdict::Kept)
}
