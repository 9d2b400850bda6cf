//! X7: killed at any moment.

use std::time::Duration;

use trunkline_core::{Redelivery, SubscribeOptions};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::reader::Reader;
use crate::stage::{Stage, prefetch};

/// X7. However often members are killed at random moments, no confirmed event is lost, and doubles
/// are at most what they had in hand.
///
/// # Panics
/// When the promise is broken.
pub async fn a_kill_at_any_moment_loses_nothing(stage: &Stage) -> Outcome {
    const WINDOW: u16 = 10;
    let publisher = stage.client("publisher").await;
    let claimed = publisher.capabilities().clone();
    let safe = claimed.durable_subscription && claimed.redelivery != Redelivery::None;
    if !claims_groups(stage, &publisher).await || !safe {
        return Ok(Verdict::Refused);
    }
    let kills = stage.scale().of(10, 50);
    let options = SubscribeOptions::group(stage.group("g"), [stage.on("a.b")]);
    let options = options
        .with_prefetch(prefetch(WINDOW))
        .with_max_unread(1_000_000);
    // The group's first member is the one that comes back: where work waits for the member that has
    // it, another would keep its share.
    let first = stage.client("member").await;
    first.subscribe(options.clone()).await.close().await;
    first.close().await;
    stage.drop_client(first);
    let author = stage.author();
    let key = stage.key("a.b");
    let mut received = Vec::new();
    let mut done = 0;
    for round in 0..kills {
        let member = stage.client("member").await;
        let mut inbox = member.subscribe(options.clone()).await;
        for _ in 0..fastrand::usize(5..40) {
            publisher.publish(&author.event(&key)).await;
        }
        let mut in_hand = Vec::new();
        for _ in 0..fastrand::usize(0..20) {
            if in_hand.len() == usize::from(WINDOW) {
                break;
            }
            let next = tokio::time::timeout(Duration::from_millis(20), inbox.next()).await;
            let Ok(delivery) = next else { break };
            received.push(crate::ledger::Mark::of_delivery(&delivery));
            match fastrand::u8(0..3) {
                0 => in_hand.push(delivery),
                _ => delivery.ack().await.expect("a delivery can be acked"),
            }
        }
        stage.kill(member).await?;
        done = round + 1;
        drop((inbox, in_hand));
    }
    let member = stage.client("member").await;
    let reader = Reader::spawn(member.subscribe(options).await);
    let total = stage.ledger().owned().len();
    let acked_before: std::collections::HashSet<_> = received.iter().copied().collect();
    let all = || async {
        let now: std::collections::HashSet<_> = reader.marks.lock().iter().copied().collect();
        acked_before.union(&now).count() >= total
    };
    until(
        3 * stage.patience(),
        format!("all of {total} delivered"),
        all,
    )
    .await;
    received.extend(reader.finish().await);
    let most = done * usize::from(WINDOW);
    stage.tally(&received).at_least_once("the group", most);
    Ok(Verdict::Kept)
}
