//! C4: what was missed is told.

use trunkline_core::{Incoming, SubscribeOptions};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::stage::Stage;

/// C4. A live subscription whose link was lost is told of the gap, once, before the next event.
///
/// # Panics
/// When the promise is broken.
pub async fn a_gap_is_told_before_the_next_event(stage: &Stage) -> Outcome {
    let (subscriber, publisher) = (
        stage.client("subscriber").await,
        stage.client("publisher").await,
    );
    let mut inbox = subscriber
        .subscribe(SubscribeOptions::live([stage.on("news")]))
        .await;
    let before = stage.event("news");
    publisher.publish(&before).await;
    inbox.expect_acked(&before).await;
    assert_eq!(inbox.gaps(), [], "a gap without an outage");
    for round in 1..=3 {
        stage.cut(&subscriber).await?;
        // In the gap, or just behind it: it may arrive, but not before the gap is told.
        publisher.publish(&stage.event("news")).await;
        let first = inbox.incoming().await;
        assert!(
            matches!(first, Some(Incoming::Gap(_))),
            "before the gap came {first:?}"
        );
        subscriber.running().await;
        let last = stage.sentinel("news");
        publisher.publish(&last).await;
        inbox.acked_until(&last).await;
        assert_eq!(
            inbox.gaps().len(),
            round,
            "one gap for one outage: {:?}",
            inbox.gaps()
        );
    }
    Ok(Verdict::Kept)
}

/// C4. A durable group that lost nothing is told of no gap.
///
/// # Panics
/// When the promise is broken.
pub async fn a_durable_group_has_no_gap(stage: &Stage) -> Outcome {
    let (member, publisher) = (
        stage.client("member").await,
        stage.client("publisher").await,
    );
    let durable = member.capabilities().durable_subscription;
    if !claims_groups(stage, &member).await || !durable {
        return Ok(Verdict::Refused);
    }
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("news")]);
    let mut inbox = member.subscribe(options).await;
    stage.cut(&member).await?;
    for _ in 0..10 {
        publisher.publish(&stage.event("news")).await;
    }
    member.running().await;
    let last = stage.sentinel("news");
    publisher.publish(&last).await;
    stage
        .tally(&inbox.acked_until(&last).await)
        .exactly_once("the member");
    assert_eq!(inbox.gaps(), [], "nothing was missed");
    Ok(Verdict::Kept)
}
