//! P15 and P16: many publishes at once.

use futures_util::future::join_all;
use trunkline_core::{Ordering, PublishOptions, SubscribeOptions, TransportError};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::run::joined;
use crate::stage::{Author, Stage};

/// P15. Publishers at work beside each other, over one client or over many, lose nothing and keep
/// their own order.
///
/// # Panics
/// When the promise is broken.
pub async fn concurrent_publishers_lose_nothing(stage: &Stage) -> Outcome {
    let events = stage.scale().of(20, 100);
    let subscriber = stage.client("subscriber").await;
    let options = SubscribeOptions::live([stage.on("work.*")]).with_max_unread(1_000_000);
    let mut inbox = subscriber.subscribe(options).await;
    let one = stage.client("one").await;
    let mut clients = vec![one.clone(); 50];
    for n in 0..50 {
        clients.push(stage.client(&format!("many-{n}")).await);
    }
    let publishing = clients
        .into_iter()
        .map(|client| publish_all(stage, client, events));
    for task in publishing.collect::<Vec<_>>() {
        joined(task).await;
    }
    let last = stage.sentinel("work.last");
    one.publish(&last).await;
    let received = inbox.acked_until(&last).await;
    let tally = stage.tally(&received);
    tally.exactly_once("the subscriber");
    if subscriber.capabilities().ordering != Ordering::None {
        tally.in_order("the subscriber");
    }
    Ok(Verdict::Kept)
}

fn publish_all(stage: &Stage, client: Client, events: usize) -> tokio::task::JoinHandle<()> {
    let (author, key): (Author, _) = (stage.author(), stage.key("work.done"));
    tokio::spawn(async move {
        for _ in 0..events {
            client.publish(&author.event(&key)).await;
        }
    })
}

/// P16. Of a thousand publishes at once, of which one is too large, the others are confirmed and
/// that one is refused.
///
/// # Panics
/// When the promise is broken.
pub async fn a_batch_is_answered_item_by_item(stage: &Stage) -> Outcome {
    const ITEMS: usize = 1_000;
    let client = stage.client("client").await;
    let limit = client.capabilities().max_payload;
    let options = SubscribeOptions::live([stage.on("batch.*")]).with_max_unread(2 * ITEMS);
    let mut inbox = client.subscribe(options).await;
    let mut batch: Vec<_> = (0..ITEMS).map(|_| stage.event("batch.item")).collect();
    batch[ITEMS / 2] = stage.event("batch.item").with_body(vec![0; limit + 1]);
    let publishes = batch
        .iter()
        .map(|event| client.try_publish(event, PublishOptions::new()));
    let outcomes = join_all(publishes).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(_) => assert_ne!(n, ITEMS / 2, "the oversized item was confirmed"),
            Err(TransportError::PayloadTooLarge {
                size, limit: told, ..
            }) => {
                assert_eq!((n, size, told), (ITEMS / 2, limit + 1, limit));
            }
            Err(error) => panic!("item {n} was refused: {error:?}"),
        }
    }
    let last = stage.sentinel("batch.last");
    client.publish(&last).await;
    stage
        .tally(&inbox.acked_until(&last).await)
        .exactly_once("the subscriber of the batch");
    Ok(Verdict::Kept)
}
