//! Retries and dead letters where the broker does not play along: the original stays until its copy
//! is owned, and one event makes one dead letter.

use std::time::Duration;

use tokio::time::timeout;
use trunkline_amqp::Amqp;
use trunkline_conformance::Mark;
use trunkline_core::{
    DeadReason, Delivery, PublishOptions, Rejection, SettleError, Subscription, Transport,
};
use trunkline_suite::rabbitmq::Node;

use crate::load::{GROUP, PATIENCE, ask, client, event, member, vhost};

fn mark(sequence: u32) -> Mark {
    Mark {
        run: 1,
        publisher: 1,
        sequence,
    }
}

async fn publish(rabbit: &Amqp, sequence: u32) {
    let published = rabbit.publish(event(mark(sequence)), PublishOptions::new());
    published.await.unwrap();
}

async fn next(subscription: &mut Subscription) -> Delivery {
    timeout(PATIENCE, subscription.recv())
        .await
        .unwrap()
        .unwrap()
}

fn rejection() -> Rejection {
    Rejection::new(DeadReason::Rejected, "no such account")
}

async fn letters(rabbit: &Amqp) -> Vec<(Mark, u32)> {
    let letters = rabbit.dead_letters(GROUP).await.unwrap();
    let letters = letters.list(None, 100).await.unwrap();
    let told = letters
        .iter()
        .map(|letter| (Mark::of(&letter.envelope).unwrap(), letter.attempts));
    told.collect()
}

/// The nearest peer was seen to make one and three.
#[tokio::test]
async fn one_event_makes_one_dead_letter_though_the_queue_has_an_exchange_for_them() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    ask(&vhost, |vhost| {
        vhost.declare_queue("operators", "x-max-length", 100);
        let there = r#"{<<"dead-letter-exchange">>, <<"">>}, {<<"dead-letter-routing-key">>, <<"operators">>}"#;
        vhost.set_policy("^billing$", there);
    })
    .await;
    let mut subscription = member(&rabbit, 10).await;
    publish(&rabbit, 1).await;
    for wait in [0, 20] {
        let failed = next(&mut subscription).await;
        failed.nack(Duration::from_millis(wait)).await.unwrap();
    }
    next(&mut subscription)
        .await
        .reject(rejection())
        .await
        .unwrap();
    assert_eq!(letters(&rabbit).await, [(mark(1), 3)]);
    let beside = ask(&vhost, |vhost| vhost.messages("operators")).await;
    assert_eq!(beside, Some(0), "in the queue's own place for dead letters");
    assert_eq!(ask(&vhost, |vhost| vhost.messages(GROUP)).await, Some(0));
    rabbit.close().await.unwrap();
}

/// Refuses whatever is published to a queue, as a full one does.
const FULL: &str = r#"{<<"max-length">>, 1}, {<<"overflow">>, <<"reject-publish">>}"#;

#[tokio::test]
async fn a_refused_dead_letter_leaves_the_original() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 1).await;
    ask(&vhost, |vhost| vhost.set_policy("^billing[.]dead$", FULL)).await;
    for sequence in [1, 2] {
        publish(&rabbit, sequence).await;
    }
    next(&mut subscription)
        .await
        .reject(rejection())
        .await
        .unwrap();
    let second = next(&mut subscription).await;
    assert_eq!(Mark::of_delivery(&second), mark(2));
    let refused = second.reject(rejection()).await;
    assert!(
        matches!(refused, Err(SettleError::Refused { .. })),
        "{refused:?}"
    );
    let again = next(&mut subscription).await;
    assert_eq!((Mark::of_delivery(&again), again.attempt()), (mark(2), 2));
    ask(&vhost, |vhost| vhost.clear_policy("^billing[.]dead$")).await;
    again.reject(rejection()).await.unwrap();
    assert_eq!(letters(&rabbit).await, [(mark(1), 1), (mark(2), 2)]);
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_refused_retry_leaves_the_original() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 1).await;
    for sequence in [1, 2] {
        publish(&rabbit, sequence).await;
    }
    let first = next(&mut subscription).await;
    // The second waits in the queue: that is its one place.
    ask(&vhost, |vhost| vhost.set_policy("^billing$", FULL)).await;
    let refused = first.nack(Duration::ZERO).await;
    assert!(
        matches!(refused, Err(SettleError::Refused { .. })),
        "{refused:?}"
    );
    ask(&vhost, |vhost| vhost.clear_policy("^billing$")).await;
    let mut left = vec![(mark(1), 2), (mark(2), 1)];
    for _ in 0..2 {
        let delivery = next(&mut subscription).await;
        let told = (Mark::of_delivery(&delivery), delivery.attempt());
        left.retain(|wanted| *wanted != told);
        delivery.ack_sure().await.unwrap();
    }
    assert!(left.is_empty(), "never came: {left:?}");
    assert_eq!(ask(&vhost, |vhost| vhost.messages(GROUP)).await, Some(0));
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_deleted_queue_of_dead_letters_is_there_again_for_the_next() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 1).await;
    ask(&vhost, |vhost| vhost.delete_queue("billing.dead")).await;
    publish(&rabbit, 1).await;
    next(&mut subscription)
        .await
        .reject(rejection())
        .await
        .unwrap();
    assert_eq!(letters(&rabbit).await, [(mark(1), 1)]);
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_deleted_wait_is_there_again_for_the_next_retry() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 1).await;
    publish(&rabbit, 1).await;
    for attempt in 1..=2 {
        let delivery = next(&mut subscription).await;
        assert_eq!(delivery.attempt(), attempt);
        delivery.nack(Duration::from_millis(30)).await.unwrap();
        // The exchange before it goes with its queue.
        if attempt == 1 {
            let came = next(&mut subscription).await;
            assert_eq!(came.attempt(), 2);
            came.hand_back();
            ask(&vhost, |vhost| {
                let waits = vhost.queues().into_iter();
                let waits: Vec<_> = waits.filter(|queue| queue.contains(".delay.")).collect();
                assert_eq!(waits.len(), 1, "{waits:?}");
                vhost.delete_queue(&waits[0]);
            })
            .await;
        }
    }
    let last = next(&mut subscription).await;
    assert_eq!((Mark::of_delivery(&last), last.attempt()), (mark(1), 3));
    last.ack().await.unwrap();
    rabbit.close().await.unwrap();
}
