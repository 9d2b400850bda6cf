//! S9 and S13: settling late, and settling for sure.

use trunkline_core::{Redelivery, SettleError, SubscribeOptions};

use super::{Bench, KEY, settled};
use crate::case::{Outcome, Verdict};
use crate::client::within;
use crate::ledger::Mark;
use crate::stage::Stage;

/// S9. Settling a delivery whose link is gone is an answer; its neighbours go on.
///
/// # Panics
/// When the promise is broken.
pub async fn settling_after_a_cut_is_an_answer(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    let mut beside = bench
        .client
        .subscribe(SubscribeOptions::live([stage.on("beside")]))
        .await;
    let events: Vec<_> = (0..4).map(|_| stage.event(KEY)).collect();
    for event in &events {
        bench.client.publish(event).await;
    }
    let mut in_hand = bench.inbox.take(4).await;
    stage.cut(&bench.client).await?;
    bench.client.running().await;
    let late = |outcome| {
        let stale = matches!(outcome, Err(SettleError::Stale { .. }));
        assert!(
            stale,
            "settling after the link was lost came out as {outcome:?}"
        );
    };
    let rejection = trunkline_core::Rejection::new(trunkline_core::DeadReason::Rejected, "late");
    let mut next = || in_hand.pop().expect("four were taken");
    late(within(stage.patience(), "a late ack", next().ack()).await);
    late(
        within(
            stage.patience(),
            "a late nack",
            next().nack(Default::default()),
        )
        .await,
    );
    late(within(stage.patience(), "a late reject", next().reject(rejection)).await);
    next().hand_back();
    if bench.client.capabilities().groups && bench.redelivery() != Redelivery::None {
        let back = bench.inbox.take_acked(events.len()).await;
        stage.tally(&back).exactly_once("the client after the cut");
    }
    bench.nothing_more(stage).await;
    let event = stage.event("beside");
    bench.client.publish(&event).await;
    beside.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// S9. Settling after the transport was closed is an answer.
///
/// # Panics
/// When the promise is broken.
pub async fn settling_after_close_is_an_answer(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    for _ in 0..2 {
        bench.client.publish(&stage.event(KEY)).await;
    }
    let mut in_hand = bench.inbox.take(2).await;
    bench.client.close().await;
    let last = in_hand.pop().expect("two were taken");
    let outcome = within(stage.patience(), "an ack after close", last.ack()).await;
    let told = matches!(
        outcome,
        Err(SettleError::Stale { .. } | SettleError::Closed { .. })
    );
    assert!(told, "settling after close came out as {outcome:?}");
    drop(in_hand);
    if !bench.client.capabilities().durable_subscription {
        return Ok(Verdict::Kept);
    }
    // Where work waits for the member that had it, nobody else can inherit it.
    let name = match bench.redelivery() {
        Redelivery::OnReconnect => "client",
        _ => "heir",
    };
    let heir = stage.client(name).await;
    let mut inbox = heir.subscribe(bench.options).await;
    let back = inbox.take_acked(2).await;
    stage
        .tally(&back)
        .exactly_once("the heir of a client that closed with work in hand");
    Ok(Verdict::Kept)
}

/// S13. Once a sure ack has returned the delivery does not come back, though the client is killed
/// at once.
///
/// # Panics
/// When the promise is broken.
pub async fn a_sure_ack_survives_a_kill(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    let (event, other) = (stage.event(KEY), stage.event(KEY));
    bench.client.publish(&event).await;
    bench.client.publish(&other).await;
    let delivery = bench.inbox.expect(&event).await;
    let outcome = within(stage.patience(), "a sure ack", delivery.ack_sure()).await;
    if !bench.client.capabilities().ack_sure {
        let refused = matches!(outcome, Err(SettleError::Unsupported { .. }));
        assert!(
            refused,
            "a sure ack is not claimed and came out as {outcome:?}"
        );
        return Ok(Verdict::Refused);
    }
    settled(outcome);
    let held = bench.inbox.expect(&other).await;
    stage.kill(bench.client).await?;
    drop((bench.inbox, held));
    let heir = stage.client("heir").await;
    let mut inbox = heir.subscribe(bench.options).await;
    let last = stage.sentinel(KEY);
    heir.publish(&last).await;
    let back = inbox.acked_until(&last).await;
    assert_eq!(
        back,
        Vec::from_iter(Mark::of(&other)),
        "only the one that was not acked"
    );
    Ok(Verdict::Kept)
}
