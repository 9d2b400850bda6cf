//! What is kept beyond the claim: attempts of failing handlers are exact on both kinds of queues,
//! though RabbitMQ's own counts, which the claim is about, are not.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline_core::{
    Binding, DeadReason, Envelope, PublishOptions, Rejection, RoutingKey, SubscribeOptions,
    Transport,
};
use trunkline_suite::rabbitmq::{Node, Vhost};

const PATIENCE: Duration = Duration::from_secs(60);

async fn attempts_of_failing_handlers_are_exact(queue: &str) {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    let url = format!("{}?exchange=events&queue={queue}", vhost.url());
    let rabbit = trunkline_amqp::connect(&url).await.unwrap();
    let binding = Binding::builder().key("calls.#").build().unwrap();
    let options = SubscribeOptions::group("billing", [binding]);
    let mut subscription = rabbit.subscribe(options).await.unwrap();
    let event = Envelope::new(RoutingKey::new("calls.created").unwrap(), "{}");
    rabbit.publish(event, PublishOptions::new()).await.unwrap();
    for number in 1..=5 {
        let delivery = timeout(PATIENCE, subscription.recv())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(delivery.attempt(), number);
        if number == 5 {
            let reason = DeadReason::AttemptsExhausted;
            delivery
                .reject(Rejection::new(reason, "not yet"))
                .await
                .unwrap();
        } else {
            let wait = Duration::from_millis(20 * u64::from(number % 2));
            delivery.nack(wait).await.unwrap();
        }
    }
    let letters = rabbit.dead_letters("billing").await.unwrap();
    let letters = letters.list(None, 10).await.unwrap();
    let told: Vec<_> = letters.iter().map(|letter| letter.attempts).collect();
    assert_eq!(told, [5]);
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn attempts_of_failing_handlers_are_exact_on_a_classic_queue() {
    attempts_of_failing_handlers_are_exact("classic").await;
}

#[tokio::test]
async fn attempts_of_failing_handlers_are_exact_on_a_quorum_queue() {
    attempts_of_failing_handlers_are_exact("quorum").await;
}
