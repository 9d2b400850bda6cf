//! S1 to S4, S10, S11: acked, unsettled, nacked, forgotten.

use std::time::Duration;

use trunkline_core::Redelivery;

use super::{Bench, KEY, assert_attempt, settled};
use crate::case::{Outcome, Verdict};
use crate::ledger::Mark;
use crate::stage::Stage;

/// S1. An acked delivery does not come back, neither to the same client nor to the next.
///
/// # Panics
/// When the promise is broken.
pub async fn an_acked_delivery_stays_away(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    for _ in 0..3 {
        let event = stage.event(KEY);
        bench.client.publish(&event).await;
        bench.inbox.expect_acked(&event).await;
    }
    bench.nothing_more(stage).await;
    bench.inbox.close().await;
    bench.client.close().await;
    stage.drop_client(bench.client);
    let client = stage.client("client").await;
    let mut inbox = client.subscribe(bench.options).await;
    let last = stage.sentinel(KEY);
    client.publish(&last).await;
    inbox.expect_acked(&last).await;
    Ok(Verdict::Kept)
}

/// S1. An acked delivery does not come back when the link is cut afterwards.
///
/// # Panics
/// When the promise is broken.
pub async fn an_acked_delivery_stays_away_after_a_cut(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    bench.inbox.expect_acked(&event).await;
    // An ack may be on its way still. With a window of one the next event comes when the broker has
    // it; the ack of that one may be lost with the link, and then it comes again.
    let behind = stage.sentinel(KEY);
    bench.client.publish(&behind).await;
    bench.inbox.expect_acked(&behind).await;
    stage.cut(&bench.client).await?;
    bench.client.running().await;
    let last = stage.sentinel(KEY);
    bench.client.publish(&last).await;
    let back = bench.inbox.acked_until(&last).await;
    let again = back.iter().find(|mark| Some(**mark) == Mark::of(&event));
    assert_eq!(again, None, "it came back, though it was acked");
    Ok(Verdict::Kept)
}

/// S2. Deliveries unsettled when the link drops come back, marked.
///
/// # Panics
/// When the promise is broken.
pub async fn an_unsettled_delivery_comes_back_marked(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    if !bench.client.capabilities().groups {
        // What a live subscription had goes with the link.
        return Ok(Verdict::Refused);
    }
    let events = [stage.event(KEY), stage.event(KEY)];
    for event in &events {
        bench.client.publish(event).await;
    }
    let in_hand = bench.inbox.take(2).await;
    stage.cut(&bench.client).await?;
    bench.client.running().await;
    drop(in_hand);
    if bench.redelivery() == Redelivery::None {
        bench.nothing_more(stage).await;
        return Ok(Verdict::Refused);
    }
    let mut marks = Vec::new();
    for _ in &events {
        let delivery = bench.inbox.next().await;
        assert_attempt(&bench.client, &delivery, 2);
        marks.push(Mark::of_delivery(&delivery));
        settled(delivery.ack().await);
    }
    stage.tally(&marks).exactly_once("the client after the cut");
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S3. An unsettled delivery on a live link is not repeated, not after five seconds either.
///
/// # Panics
/// When the promise is broken.
pub async fn an_unsettled_delivery_is_not_repeated_while_alive(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    let in_hand = bench.inbox.expect(&event).await;
    stage.pass(Duration::from_secs(5)).await;
    bench.nothing_more(stage).await;
    settled(in_hand.ack().await);
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S4. A delivery nacked once comes exactly once more, with a window of one and with a window of
/// three.
///
/// # Panics
/// When the promise is broken.
pub async fn a_nacked_delivery_comes_once_more(stage: &Stage) -> Outcome {
    for window in [1, 3] {
        let mut bench = Bench::new(stage, window).await;
        if bench.redelivery() == Redelivery::None {
            bench.refuses_nack(stage).await;
            return Ok(Verdict::Refused);
        }
        let events: Vec<_> = (0..5).map(|_| stage.event(KEY)).collect();
        for event in &events {
            bench.client.publish(event).await;
        }
        let first = bench.inbox.expect(&events[0]).await;
        assert_attempt(&bench.client, &first, 1);
        settled(first.nack(Duration::ZERO).await);
        let mut marks = vec![];
        for _ in &events {
            let delivery = bench.inbox.next().await;
            let mark = Mark::of_delivery(&delivery);
            let again = Some(mark) == Mark::of(&events[0]);
            assert_attempt(&bench.client, &delivery, if again { 2 } else { 1 });
            marks.push(mark);
            settled(delivery.ack().await);
        }
        let expected: Vec<_> = events.iter().filter_map(Mark::of).collect();
        crate::ledger::Tally::of(&expected, &marks).exactly_once("the subscriber after the nack");
        bench.nothing_more(stage).await;
        bench.inbox.close().await;
        bench.client.close().await;
    }
    Ok(Verdict::Kept)
}

/// S10. Settled in any order, a window refills; after a cut only what was not acked comes back.
///
/// # Panics
/// When the promise is broken.
pub async fn settlements_in_any_order_hold(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 3).await;
    let events: Vec<_> = (0..6).map(|_| stage.event(KEY)).collect();
    for event in &events {
        bench.client.publish(event).await;
    }
    let mut in_hand = bench.inbox.take(3).await;
    for _ in 0..2 {
        settled(in_hand.pop().expect("three were taken").ack().await);
    }
    in_hand.extend(bench.inbox.take(2).await);
    let groups = bench.client.capabilities().groups;
    if !groups || bench.redelivery() == Redelivery::None {
        for delivery in in_hand {
            settled(delivery.ack().await);
        }
        bench.inbox.expect_acked(&events[5]).await;
        return Ok(Verdict::Kept);
    }
    // The acks are in before the link goes: a publish behind them has passed the same broker.
    bench
        .client
        .publish(&stage.author().event(&stage.key("elsewhere")))
        .await;
    stage.cut(&bench.client).await?;
    bench.client.running().await;
    drop(in_hand);
    let back = bench.inbox.take_acked(4).await;
    let expected: Vec<_> = [0, 3, 4, 5]
        .iter()
        .filter_map(|n| Mark::of(&events[*n]))
        .collect();
    crate::ledger::Tally::of(&expected, &back).exactly_once("the client after the cut");
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S11. A delivery dropped unsettled comes back as another attempt: at once, or when its client
/// does.
///
/// # Panics
/// When the promise is broken.
pub async fn a_forgotten_delivery_comes_back(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    drop(bench.inbox.expect(&event).await);
    match bench.redelivery() {
        Redelivery::None => {
            bench.nothing_more(stage).await;
            return Ok(Verdict::Refused);
        }
        Redelivery::OnReconnect => {
            bench.client.close().await;
            bench.client = stage.client("client").await;
            bench.inbox = bench.client.subscribe(bench.options.clone()).await;
        }
        _ => {}
    }
    let again = bench.inbox.expect(&event).await;
    assert_attempt(&bench.client, &again, 2);
    settled(again.ack().await);
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S11. A delivery handed back unseen costs no attempt.
///
/// # Panics
/// When the promise is broken.
pub async fn a_delivery_handed_back_unseen_costs_no_attempt(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    if bench.redelivery() != Redelivery::Immediate {
        return Ok(Verdict::Refused);
    }
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    for _ in 0..3 {
        let delivery = bench.inbox.expect(&event).await;
        if bench.client.capabilities().attempt_count == trunkline_core::AttemptCount::Exact {
            assert_eq!(delivery.attempt(), 1, "nobody has seen it yet");
        }
        delivery.hand_back();
    }
    bench.inbox.expect_acked(&event).await;
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}
