//! G8 and G9: one active member, and members that do not agree.

use std::time::Duration;

use trunkline_core::{PublishOptions, SubscribeOptions, TransportError, TransportErrorKind};

use super::claims_groups;
use crate::Client;
use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::client::{assert_kind, assert_unsupported, within};
use crate::ledger::Mark;
use crate::stage::{Stage, prefetch};

/// One after the other: a member takes no more than it is busy with.
fn leader(stage: &Stage) -> SubscribeOptions {
    let options = SubscribeOptions::exclusive(stage.group("leader"), [stage.on("orders.*")]);
    options.with_prefetch(prefetch(1))
}

/// Whether exclusive groups are claimed; if not, one must be refused.
async fn claims_exclusive(stage: &Stage, client: &Client) -> bool {
    if client.capabilities().exclusive {
        return true;
    }
    assert_unsupported(
        "an exclusive group",
        client.try_subscribe(leader(stage)).await,
    );
    false
}

/// G8. Of two members of an exclusive group one is active; the other takes over when it leaves.
///
/// # Panics
/// When the promise is broken.
pub async fn one_member_is_active_at_a_time(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !claims_exclusive(stage, &publisher).await {
        return Ok(Verdict::Refused);
    }
    let (first, second) = (stage.client("first").await, stage.client("second").await);
    let mut active = first.subscribe(leader(stage)).await;
    let mut waiting = second.subscribe(leader(stage)).await;
    let events: Vec<_> = (0..20).map(|_| stage.event("orders.created")).collect();
    for event in &events[..10] {
        publisher.publish(event).await;
    }
    // The active one is busy and others wait: whoever may take them would.
    let in_hand = active.expect(&events[0]).await;
    waiting.stays_quiet(Duration::from_millis(200)).await;
    in_hand.ack().await.expect("a delivery can be acked");
    for event in &events[1..10] {
        active.expect_acked(event).await;
    }
    drop(active);
    first.close().await;
    for event in &events[10..] {
        publisher.publish(event).await;
    }
    for event in &events[10..] {
        waiting.expect_acked(event).await;
    }
    Ok(Verdict::Kept)
}

/// G8. When the active member is killed with work in hand, the other takes over work and all.
///
/// # Panics
/// When the promise is broken.
pub async fn a_killed_leader_is_followed(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !claims_exclusive(stage, &publisher).await {
        return Ok(Verdict::Refused);
    }
    let (first, second) = (stage.client("first").await, stage.client("second").await);
    let mut active = first.subscribe(leader(stage)).await;
    let mut waiting = second.subscribe(leader(stage)).await;
    let event = stage.event("orders.created");
    publisher.publish(&event).await;
    let in_hand = active.expect(&event).await;
    stage.kill(first).await?;
    drop((active, in_hand));
    waiting.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// G8. When the active member's link goes silent with work in hand, the other takes over within the
/// bound; the first, back again, stands by.
///
/// # Panics
/// When the promise is broken.
pub async fn a_frozen_leader_is_followed(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    if !claims_exclusive(stage, &publisher).await {
        return Ok(Verdict::Refused);
    }
    let (first, second) = (stage.client("first").await, stage.client("second").await);
    let mut active = first.subscribe(leader(stage)).await;
    let mut waiting = second.subscribe(leader(stage)).await;
    let events: Vec<_> = (0..4).map(|_| stage.event("orders.created")).collect();
    for event in &events {
        publisher.publish(event).await;
    }
    let in_hand = active.expect(&events[0]).await;
    let fault = Fault::Freeze {
        client: first.name(),
    };
    stage.inflict(fault).await?;
    let bound = stage.broker().notices_within() + stage.patience();
    let followed = within(bound, "another leader", waiting.subscription().recv()).await;
    let followed = followed.expect("the supply lives");
    assert_eq!(
        Mark::of(followed.envelope()),
        Mark::of(&events[0]),
        "the work in hand"
    );
    let fault = Fault::Thaw {
        client: first.name(),
    };
    stage.inflict(fault).await?;
    drop(in_hand);
    first.running().await;
    // The new leader is busy and others wait: the old one must not take them.
    active.stays_quiet(Duration::from_millis(200)).await;
    followed.ack().await.expect("a delivery can be acked");
    for event in &events[1..] {
        waiting.expect_acked(event).await;
    }
    Ok(Verdict::Kept)
}

/// G9. Members of one group that want different events, or differ in kind, are refused, naming the
/// difference; those before them go on.
///
/// # Panics
/// When the promise is broken.
pub async fn members_that_do_not_agree_are_refused(stage: &Stage) -> Outcome {
    let (first, second) = (stage.client("first").await, stage.client("second").await);
    if !claims_groups(stage, &first).await {
        return Ok(Verdict::Refused);
    }
    let group = stage.group("g");
    let mut inbox = first
        .subscribe(SubscribeOptions::group(&group, [stage.on("a.*")]))
        .await;
    let mut others = vec![(
        "bindings",
        SubscribeOptions::group(&group, [stage.on("b.*")]),
    )];
    let more = [stage.on("a.*"), stage.on("b.*")];
    others.push(("bindings", SubscribeOptions::group(&group, more)));
    if first.capabilities().exclusive {
        others.push((
            "kind",
            SubscribeOptions::exclusive(&group, [stage.on("a.*")]),
        ));
    }
    for (what, options) in others {
        let outcome = second.try_subscribe(options).await;
        let error = assert_kind("other members", outcome, TransportErrorKind::Conflict);
        let named = matches!(
            &error,
            TransportError::GroupConflict { group: told, what: other, .. }
                if *told == group && *other == what
        );
        assert!(named, "a difference of {what} was refused as {error:?}");
    }
    let (unwanted, wanted) = (stage.event("b.x"), stage.event("a.x"));
    for event in [&unwanted, &wanted] {
        second
            .try_publish(event, PublishOptions::new())
            .await
            .expect("the refused one goes on");
    }
    inbox.expect_acked(&wanted).await;
    // The same wishes in another order are the same wishes.
    let [a, b] = ["a.1", "b.1"].map(|key| stage.on(key));
    let pair = stage.group("pair");
    let one = first
        .subscribe(SubscribeOptions::group(&pair, [a.clone(), b.clone()]))
        .await;
    let other = second
        .subscribe(SubscribeOptions::group(&pair, [b, a]))
        .await;
    one.close().await;
    other.close().await;
    Ok(Verdict::Kept)
}
