//! P10 and P11: subscriptions come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trunkline_core::SubscribeOptions;

use crate::broker::NotOffered;
use crate::case::{Outcome, Verdict};
use crate::client::{until, within};
use crate::ledger::Mark;
use crate::run::joined;
use crate::stage::{Stage, prefetch};

/// P10. Once unsubscribing has returned nothing published is delivered any more; what is in hand
/// can be settled; the broker holds nothing; subscribing again works.
///
/// # Panics
/// When the promise is broken.
pub async fn nothing_is_delivered_after_unsubscribing(stage: &Stage) -> Outcome {
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    let options = || SubscribeOptions::live([stage.on("news")]).with_prefetch(prefetch(8));
    let mut inbox = subscriber.subscribe(options()).await;
    for _ in 0..20 {
        publisher.publish(&stage.event("news")).await;
    }
    let in_hand = inbox.take(3).await;
    let control = inbox.subscription().control();
    within(stage.patience(), "the end of the supply", control.close())
        .await
        .expect("it ends");
    let later: Vec<_> = (0..5).map(|_| stage.event("news")).collect();
    for event in &later {
        publisher.publish(event).await;
    }
    let later: Vec<_> = later.iter().filter_map(Mark::of).collect();
    for delivery in inbox.until_ended().await {
        let mark = Mark::of_delivery(&delivery);
        assert!(
            !later.contains(&mark),
            "{mark:?} was published after unsubscribing"
        );
        delivery.hand_back();
    }
    assert!(
        matches!(inbox.subscription().end(), Some(Ok(()))),
        "an end that was asked for"
    );
    for delivery in in_hand {
        delivery
            .ack()
            .await
            .expect("a delivery in hand can be settled");
    }
    drop(inbox);
    match stage.leftovers().await {
        Err(NotOffered(_)) => {}
        Ok(_) => {
            let gone = || async {
                let left = stage.leftovers().await.unwrap_or_default();
                left.subscriptions.is_empty() && left.queues.is_empty() && left.unsettled == 0
            };
            until(
                stage.patience(),
                "the broker forgetting the subscription",
                gone,
            )
            .await;
        }
    }
    let mut again = subscriber.subscribe(options()).await;
    let event = stage.event("news");
    publisher.publish(&event).await;
    again.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// P11. A thousand subscriptions that come and go while others publish leave the one that stays
/// intact.
///
/// # Panics
/// When the promise is broken.
pub async fn a_storm_of_subscriptions_leaves_others_intact(stage: &Stage) -> Outcome {
    let (publisher, steady) = (
        stage.client("publisher").await,
        stage.client("steady").await,
    );
    let options = |keys| SubscribeOptions::live([stage.on(keys)]).with_max_unread(1_000_000);
    let mut inbox = steady.subscribe(options("news.*")).await;
    let calm = Arc::new(AtomicBool::new(false));
    let mut storm = Vec::new();
    for worker in 0..8 {
        let client = stage.client(&format!("worker-{worker}")).await;
        let (coming, cycles) = (options("news.*"), stage.scale().of(25, 125));
        storm.push(tokio::spawn(async move {
            for _ in 0..cycles {
                client.subscribe(coming.clone()).await.close().await;
            }
        }));
    }
    let author = stage.author();
    let key = stage.key("news.today");
    let talking = {
        let calm = Arc::clone(&calm);
        tokio::spawn(async move {
            while !calm.load(Ordering::Relaxed) {
                publisher.publish(&author.event(&key)).await;
                tokio::task::yield_now().await;
            }
            publisher
        })
    };
    for worker in storm {
        joined(worker).await;
    }
    calm.store(true, Ordering::Relaxed);
    let publisher = joined(talking).await;
    let last = stage.sentinel("news.last");
    publisher.publish(&last).await;
    let received = inbox.acked_until(&last).await;
    stage
        .tally(&received)
        .exactly_once("the subscription that stayed");
    Ok(Verdict::Kept)
}
