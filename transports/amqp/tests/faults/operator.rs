//! What an operator does to a running service: takes permissions away, and gives them back.

use std::time::Duration;

use tokio::time::timeout;
use trunkline_amqp::Amqp;
use trunkline_conformance::{Ledger, Mark, within};
use trunkline_core::{Health, PublishOptions, Transport, TransportErrorKind};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::load::{PATIENCE, Reader, ask, client, event, member, vhost};

fn mark(sequence: u32) -> Mark {
    Mark {
        run: 1,
        publisher: 1,
        sequence,
    }
}

/// Takes permissions away from the user, and ends its links: RabbitMQ asks again on new ones.
fn allow(configure: &'static str, write: &'static str, read: &'static str) -> impl FnOnce(&Vhost) {
    move |vhost| {
        vhost.set_permissions(configure, write, read);
        vhost.close_connections("");
    }
}

async fn running(rabbit: &Amqp) {
    let mut health = rabbit.health();
    let up = health.wait_for(Health::is_running);
    drop(within(PATIENCE, "the link up", up).await.unwrap());
}

async fn publish(rabbit: &Amqp, mark: Mark, ledger: &Ledger) {
    let published = rabbit.publish(event(mark), PublishOptions::new());
    published.await.unwrap();
    ledger.confirmed(mark);
}

#[tokio::test]
async fn a_service_without_permissions_says_so_and_goes_on_once_it_has_them() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let reader = Reader::of(member(&rabbit, 10).await);
    let ledger = Ledger::default();
    publish(&rabbit, mark(1), &ledger).await;
    ask(&vhost, allow("^$", "^$", "^$")).await;
    let mut health = rabbit.health();
    let told = health.wait_for(
        |health| matches!(health, Health::Degraded { reason, .. } if reason.contains("permission")),
    );
    drop(within(PATIENCE, "why it does not run", told).await.unwrap());
    let options = PublishOptions::new().with_timeout(Duration::from_secs(1));
    let refused = rabbit.publish(event(mark(2)), options).await;
    assert!(refused.is_err(), "{refused:?}");
    ask(&vhost, |vhost| vhost.set_permissions(".*", ".*", ".*")).await;
    running(&rabbit).await;
    publish(&rabbit, mark(3), &ledger).await;
    reader.all_of(&ledger).await.exactly_once("the group");
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_publisher_that_may_not_write_is_told_so_at_once() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let reader = Reader::of(member(&rabbit, 10).await);
    let ledger = Ledger::default();
    publish(&rabbit, mark(1), &ledger).await;
    running(&rabbit).await;
    // A queue is bound with the right to write to it, and gives dead letters away with the right to
    // write to where they go.
    ask(&vhost, allow(".*", "^(billing.*|amq.default)$", ".*")).await;
    let refused = within(PATIENCE, "an answer", async {
        loop {
            let outcome = rabbit.publish(event(mark(2)), PublishOptions::new()).await;
            match outcome {
                // The last link may have taken it.
                Ok(_) => ledger.confirmed(mark(2)),
                Err(error) => break error,
            }
        }
    });
    let refused = refused.await;
    assert_eq!(refused.kind(), TransportErrorKind::Broker, "{refused:?}");
    assert!(
        refused.to_string().contains("write permission"),
        "{refused}"
    );
    ask(&vhost, |vhost| vhost.set_permissions(".*", ".*", ".*")).await;
    publish(&rabbit, mark(3), &ledger).await;
    let tally = reader.all_of(&ledger).await;
    assert!(tally.lost.is_empty(), "{tally:?}");
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_member_that_may_not_read_ends_and_says_why() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let mut subscription = member(&rabbit, 10).await;
    // To bind to the exchange is to read it.
    ask(&vhost, allow(".*", ".*", "^events$")).await;
    let ended = timeout(PATIENCE, subscription.recv()).await.unwrap();
    assert!(ended.is_none(), "{ended:?}");
    let Some(Err(error)) = subscription.end() else {
        panic!("ended without a reason: {:?}", subscription.end())
    };
    assert_eq!(error.kind(), TransportErrorKind::Broker, "{error:?}");
    running(&rabbit).await;
    rabbit.close().await.unwrap();
}
