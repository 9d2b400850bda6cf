//! P1: publishing where nothing need be waited for.

use trunkline_core::{
    Envelope, PublishOptions, Receipt, RoutingKey, SubscribeOptions, TransportError,
    TransportErrorKind,
};

use crate::Client;
use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::ledger::Mark;
use crate::same::assert_same;
use crate::stage::Stage;

/// Publishes at once; `None` if the transport gave the envelope back, as it was.
fn at_once(client: &Client, event: &Envelope) -> Option<Result<Receipt, TransportError>> {
    let options = PublishOptions::new();
    match client.transport().publish_at_once(event.clone(), &options) {
        Ok(outcome) => Some(outcome),
        Err(back) => {
            assert_same(event, &back);
            None
        }
    }
}

/// P1. A publish at once is done, or the envelope comes back and nothing was done; never both.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_at_once_is_done_once_or_not_at_all(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let mut expected = Vec::new();
    for n in 0..100 {
        let event = stage.author().event(&stage.key("a.b"));
        match at_once(&client, &event) {
            Some(Ok(_)) => expected.extend(Mark::of(&event)),
            Some(Err(error)) => panic!("{event:?} was refused: {error:?}"),
            // Every other one is then published as usual, and the rest never.
            None if n % 2 == 0 => {
                client.publish(&event).await;
                expected.extend(Mark::of(&event));
            }
            None => {}
        }
    }
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    assert_eq!(inbox.acked_until(&last).await, expected);
    Ok(Verdict::Kept)
}

/// P1. What a publish refuses, a publish at once does not take.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_at_once_takes_nothing_a_publish_refuses(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let limit = client.capabilities().max_payload;
    let key = RoutingKey::verbatim("a..b").expect("such a key can be held");
    let reserved = stage.event("a.b").with_header("x-death", 1);
    let unfit = [
        stage.author().event(&key),
        reserved.expect("such a header can be held"),
        stage.event("a.b").with_body(vec![0; limit + 1]),
    ];
    for event in &unfit {
        if let Some(outcome) = at_once(&client, event) {
            let Err(error) = outcome else {
                panic!("{event:?} was taken")
            };
            assert_eq!(error.kind(), TransportErrorKind::Refused, "{error:?}");
        }
    }
    client.close().await;
    if let Some(outcome) = at_once(&client, &stage.event("a.b")) {
        let Err(error) = outcome else {
            panic!("taken after close")
        };
        assert_eq!(error.kind(), TransportErrorKind::Closed, "{error:?}");
    }
    Ok(Verdict::Kept)
}

/// P1. Without a broker nothing is published at once.
///
/// # Panics
/// When the promise is broken.
pub async fn nothing_is_published_at_once_without_a_broker(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    stage.seen_by(&client, Fault::Stop).await?;
    let outcome = at_once(&client, &stage.event("a.b"));
    assert!(
        !matches!(outcome, Some(Ok(_))),
        "confirmed without a broker: {outcome:?}"
    );
    stage.inflict(Fault::Start).await?;
    client.running().await;
    Ok(Verdict::Kept)
}
