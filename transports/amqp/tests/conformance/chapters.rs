//! A client of another make takes part in each chapter of the suite, so that writing and reading cannot
//! agree on the same mistake.
//!
//! | chapter | where | client |
//! | --- | --- | --- |
//! | publish and subscribe | the case `a_witness_reads_and_is_read`, on each set-up | kombu |
//! | patterns, keys, headers | the cases `headers_are_the_same_to_a_witness` and `a_foreign_event_stops_nobody`, on each set-up | kombu |
//! | | `wazo`: by key on `xivo`, by headers on `wazo-headers`, both ways | kombu, pika |
//! | payloads | [`any_bytes_pass_between_pika_and_us`] | pika |
//! | groups and competition | [`pika_takes_its_share_of_a_groups_queue`] | pika |
//! | settlement and redelivery | [`pika_reads_the_story_of_a_dead_letter`], [`what_pika_hands_back_comes_marked`] | pika |
//! | connection life | [`what_pika_publishes_while_our_links_are_gone_comes`] | pika |
//! | order, flow, shutdown | [`what_pika_publishes_comes_in_order_and_no_faster_than_taken`] | pika |
//! | services on top | [`pika_asks_and_is_answered`] | pika |

use std::collections::HashSet;
use std::num::NonZeroU16;

use serde_json::Value as Json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline_amqp::Amqp;
use trunkline_core::{
    Binding, DeadReason, Delivery, Envelope, PublishOptions, Rejection, RoutingKey,
    SubscribeOptions, Subscription, Transport, answer,
};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::act::{Act, PATIENCE};

async fn broker() -> (Vhost, Amqp) {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    let url = format!("{}?exchange=events", vhost.url());
    let rabbit = trunkline_amqp::connect(&url).await.unwrap();
    (vhost, rabbit)
}

async fn pika(vhost: &Vhost, act: &'static str) -> Act {
    Act::start("chapters.py", vhost, act, "events").await
}

async fn member(rabbit: &Amqp, prefetch: u16) -> Subscription {
    let binding = Binding::builder().key("calls.#").build().unwrap();
    let options = SubscribeOptions::group("billing", [binding]);
    let options = options.with_prefetch(NonZeroU16::new(prefetch).unwrap());
    rabbit.subscribe(options).await.unwrap()
}

async fn next(subscription: &mut Subscription) -> Delivery {
    let delivery = timeout(PATIENCE, subscription.recv()).await;
    delivery.unwrap().unwrap()
}

async fn publish(rabbit: &Amqp, body: impl Into<bytes::Bytes>) {
    let event = Envelope::new(RoutingKey::new("calls.created").unwrap(), body);
    rabbit.publish(event, PublishOptions::new()).await.unwrap();
}

/// Every byte there is.
fn bytes() -> Vec<u8> {
    (0..=u8::MAX).collect()
}

fn numbers(said: &Json) -> Vec<u64> {
    let numbers = said["numbers"].as_array().unwrap().iter();
    numbers.map(|number| number.as_u64().unwrap()).collect()
}

fn number(delivery: &Delivery) -> u64 {
    let body = std::str::from_utf8(delivery.envelope().body()).unwrap();
    body.parse().unwrap()
}

#[tokio::test]
async fn any_bytes_pass_between_pika_and_us() {
    let (vhost, rabbit) = broker().await;
    let mut subscription = member(&rabbit, 1).await;
    let (_, pika) = pika(&vhost, "echo_bytes").await.says().await;
    publish(&rabbit, bytes()).await;
    next(&mut subscription).await.ack().await.unwrap();
    let (heard, _) = pika.says().await;
    let heard: Vec<u8> = serde_json::from_value(heard["bytes"].clone()).unwrap();
    assert_eq!(heard, bytes(), "as pika reads what we wrote");
    let echo = next(&mut subscription).await;
    assert_eq!(
        echo.envelope().body()[..],
        bytes(),
        "as we read what pika wrote"
    );
    echo.ack().await.unwrap();
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn pika_takes_its_share_of_a_groups_queue() {
    let (vhost, rabbit) = broker().await;
    let mut ours = member(&rabbit, 1).await;
    let (_, pika) = pika(&vhost, "share").await.says().await;
    for number in 0..40 {
        publish(&rabbit, number.to_string()).await;
    }
    // We hold one, and so are given no more until pika has had its part and is gone.
    let mut held = next(&mut ours).await;
    let (shared, _) = pika.says().await;
    let mut taken: HashSet<u64> = numbers(&shared).into_iter().collect();
    assert_eq!(taken.len(), 20, "{shared}");
    loop {
        assert!(taken.insert(number(&held)), "to both, or twice to us");
        held.ack().await.unwrap();
        if taken.len() == 40 {
            break;
        }
        held = next(&mut ours).await;
    }
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn pika_reads_the_story_of_a_dead_letter() {
    let (vhost, rabbit) = broker().await;
    let mut subscription = member(&rabbit, 1).await;
    publish(&rabbit, "7").await;
    let rejection = Rejection::new(DeadReason::Rejected, "no such account");
    next(&mut subscription)
        .await
        .reject(rejection)
        .await
        .unwrap();
    let (letter, _) = pika(&vhost, "read_letter").await.says().await;
    let told = |name: &str| letter["headers"][format!("x-trunkline-{name}")].clone();
    assert_eq!(told("dead-reason"), "rejected", "{letter}");
    assert_eq!(told("dead-error"), "no such account", "{letter}");
    assert_eq!(told("dead-source"), "billing", "{letter}");
    assert_eq!(told("attempts"), 1, "{letter}");
    assert_eq!(told("key"), "calls.created", "{letter}");
    assert_eq!(letter["body"], "7", "{letter}");
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn what_pika_hands_back_comes_marked() {
    let (vhost, rabbit) = broker().await;
    member(&rabbit, 1).await.close().await.unwrap();
    publish(&rabbit, "7").await;
    let (taken, _) = pika(&vhost, "hand_back").await.says().await;
    assert_eq!(taken["body"], "7");
    let mut subscription = member(&rabbit, 1).await;
    let again = next(&mut subscription).await;
    assert_eq!((number(&again), again.attempt()), (7, 2));
    again.ack().await.unwrap();
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn what_pika_publishes_while_our_links_are_gone_comes() {
    let (vhost, rabbit) = broker().await;
    let mut subscription = member(&rabbit, 10).await;
    let vhost = spawn_blocking(move || {
        vhost.close_connections("trunkline");
        vhost
    });
    let vhost = vhost.await.unwrap();
    drop(pika(&vhost, "publish_numbers").await.says().await);
    for wanted in 0..200 {
        let delivery = next(&mut subscription).await;
        assert_eq!(number(&delivery), wanted);
        delivery.ack().await.unwrap();
    }
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn what_pika_publishes_comes_in_order_and_no_faster_than_taken() {
    let (vhost, rabbit) = broker().await;
    let mut subscription = member(&rabbit, 5).await;
    drop(pika(&vhost, "publish_numbers").await.says().await);
    let held = next(&mut subscription).await;
    // As many as were given out have left what is ready.
    let ready = pika(&vhost, "count_ready").await.says().await.0;
    assert_eq!(ready["ready"], 195, "{ready}");
    assert_eq!(number(&held), 0);
    held.ack().await.unwrap();
    for wanted in 1..200 {
        let delivery = next(&mut subscription).await;
        assert_eq!(number(&delivery), wanted);
        delivery.ack().await.unwrap();
    }
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn pika_asks_and_is_answered() {
    let (vhost, rabbit) = broker().await;
    let mut subscription = member(&rabbit, 1).await;
    let (_, pika) = pika(&vhost, "ask").await.says().await;
    let question = next(&mut subscription).await;
    assert_eq!(question.envelope().body()[..], *b"how many?");
    answer(&rabbit, question.envelope(), "42").await.unwrap();
    question.ack().await.unwrap();
    let (answered, _) = pika.says().await;
    assert_eq!(answered["body"], "42", "{answered}");
    assert_eq!(answered["correlation_id"], "question-1", "{answered}");
    rabbit.close().await.unwrap();
}
