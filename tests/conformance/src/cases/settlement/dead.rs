//! S5: rejected for good.

use std::sync::Arc;

use trunkline_core::{
    DeadLetter, DeadLetters, DeadReason, Rejection, SettleError, SubscribeOptions,
};

use super::{Bench, KEY, settled};
use crate::case::{Outcome, Verdict};
use crate::client::{assert_unsupported, until};
use crate::stage::Stage;

/// The dead letters of a group, once there are so many.
pub(super) async fn letters(stage: &Stage, bench: &mut Bench, count: usize) -> Vec<DeadLetter> {
    let kept = kept(bench).await;
    let list = || kept.list(None, count + 10);
    let arrived = || async { list().await.is_ok_and(|letters| letters.len() >= count) };
    until(stage.patience(), format!("{count} dead letters"), arrived).await;
    let letters = list().await.expect("they could be listed just now");
    assert_eq!(letters.len(), count, "dead letters: {letters:?}");
    letters
}

pub(super) async fn kept(bench: &mut Bench) -> Arc<dyn DeadLetters> {
    let kept = bench.client.transport().dead_letters(&bench.group).await;
    kept.unwrap_or_else(|error| panic!("dead letters are claimed, and: {error:?}"))
}

/// Whether dead letters are claimed; if not, asking for them must be refused, and a reject drops
/// the event or is refused.
pub(super) async fn claims_dead_letters(stage: &Stage, bench: &mut Bench) -> bool {
    let claimed = bench.client.capabilities();
    if claimed.dead_letter && claimed.groups {
        return true;
    }
    if !claimed.dead_letter {
        let asked = bench.client.transport().dead_letters(&bench.group).await;
        assert_unsupported("dead letters", asked);
    }
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    let delivery = bench.inbox.expect(&event).await;
    match delivery.reject(rejection()).await {
        Ok(()) => bench.nothing_more(stage).await,
        Err(SettleError::Unsupported { .. }) => {}
        Err(error) => panic!("a reject without dead letters came out as {error:?}"),
    }
    false
}

pub(super) fn rejection() -> Rejection {
    Rejection::new(DeadReason::Rejected, "never again")
}

/// S5. A rejected delivery becomes one dead letter and does not come back; its neighbours are
/// untouched.
///
/// # Panics
/// When the promise is broken.
pub async fn a_rejected_delivery_becomes_one_dead_letter(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    if !claims_dead_letters(stage, &mut bench).await {
        return Ok(Verdict::Refused);
    }
    letters(stage, &mut bench, 0).await;
    let events = [stage.event(KEY), stage.event(KEY), stage.event(KEY)];
    for event in &events {
        bench.client.publish(event).await;
    }
    bench.inbox.expect_acked(&events[0]).await;
    let delivery = bench.inbox.expect(&events[1]).await;
    settled(delivery.reject(rejection()).await);
    bench.inbox.expect_acked(&events[2]).await;
    let letters = letters(stage, &mut bench, 1).await;
    assert_eq!(
        letters[0].envelope.id(),
        events[1].id(),
        "another event died"
    );
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S5. Where no dead letters are kept by wish, a rejected delivery is dropped and the subscription
/// goes on.
///
/// # Panics
/// When the promise is broken.
pub async fn a_rejected_delivery_is_dropped_on_request(stage: &Stage) -> Outcome {
    let without = |options: SubscribeOptions| options.with_dead_letters(false);
    let mut bench = Bench::with(stage, 10, without).await;
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    let delivery = bench.inbox.expect(&event).await;
    settled(delivery.reject(rejection()).await);
    bench.nothing_more(stage).await;
    if bench.client.capabilities().dead_letter && bench.client.capabilities().groups {
        letters(stage, &mut bench, 0).await;
    }
    Ok(Verdict::Kept)
}

/// S5. A rejected delivery of a live subscription does not come back either.
///
/// # Panics
/// When the promise is broken.
pub async fn a_live_subscription_rejects_for_good(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on(KEY)]))
        .await;
    let (event, last) = (stage.event(KEY), stage.sentinel(KEY));
    client.publish(&event).await;
    let delivery = inbox.expect(&event).await;
    match delivery.reject(rejection()).await {
        Ok(()) | Err(SettleError::Unsupported { .. }) => {}
        Err(error) => panic!("a reject came out as {error:?}"),
    }
    client.publish(&last).await;
    inbox.expect_acked(&last).await;
    Ok(Verdict::Kept)
}
