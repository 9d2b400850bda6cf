//! K12: what other programs publish.

use std::sync::Arc;

use trunkline_core::{
    Context, DeadReason, Ending, Envelope, Headers, Properties, PublishOptions, RetryPolicy,
    Service, SubscribeOptions,
};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::client::{until, within};
use crate::dialect::{CaseDialect, Counted, NAME, numbered};
use crate::same::assert_same_headers;
use crate::stage::Stage;
use crate::witness::Foreign;

/// K12. An event of another program reaches the raw handler as it is; a typed handler rejects it as
/// undecodable; both go on.
///
/// # Panics
/// When the promise is broken.
pub async fn a_foreign_event_stops_nobody(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let plain = CaseDialect::new(stage);
    let bus = CaseDialect::bus(stage, &client);
    let (raw_seen, mut raw) = tokio::sync::mpsc::unbounded_channel();
    let (typed_seen, mut typed) = tokio::sync::mpsc::unbounded_channel();
    let group = stage.group("typed");
    let everything = trunkline_core::Binding::builder()
        .key(plain.key("counted").as_str())
        .build();
    let raw_service = Service::builder(stage.own("raw"), bus.clone())
        .live()
        .on_binding(everything.expect("a key"), move |envelope: Envelope| {
            let sent = raw_seen.send(envelope);
            async move { sent.expect("the case reads on") }
        })
        .build()
        .expect("a plain service");
    let builder = Service::builder(stage.own("typed"), bus.clone()).retry(RetryPolicy::none());
    let builder = if client.capabilities().groups {
        builder.group(&group)
    } else {
        builder.live()
    };
    let typed_service = builder
        .on(move |event: Counted, _: Context| {
            let sent = typed_seen.send(event.number);
            async move { sent.expect("the case reads on") }
        })
        .build()
        .expect("a plain service");
    let raw_service = raw_service.start().await.expect("the raw service starts");
    let typed_service = typed_service
        .start()
        .await
        .expect("the typed service starts");

    let key = plain.key("counted");
    let named = Headers::try_from_iter([(NAME, "counted")]).expect("a plain header");
    let broken = [
        Foreign {
            headers: named.clone(),
            ..Foreign::new(key.as_str(), "{\"number\": ")
        },
        Foreign {
            headers: named.clone(),
            content_type: Some("image/png".into()),
            ..Foreign::new(key.as_str(), vec![0x89, b'P', 0xff, 0])
        },
        Foreign {
            headers: named.clone(),
            ..Foreign::new(key.as_str(), "{\"numbers\": 1}")
        },
        // Without a name it is no event of the typed handler's.
        Foreign::new(key.as_str(), "{\"number\": 1}"),
    ];
    for foreign in &broken {
        publish_foreign(stage, &client, foreign.clone()).await;
        let got = within(stage.patience(), "the raw handler", raw.recv())
            .await
            .expect("it runs");
        assert_eq!(got.body(), &foreign.body);
        assert_same_headers(&foreign.headers, got.headers());
    }
    bus.publisher()
        .publish(&numbered("counted", 7))
        .await
        .expect("a plain event");
    let good = within(stage.patience(), "the typed handler", typed.recv()).await;
    assert_eq!(good, Some(7), "the typed handler goes on");
    let dead = Ending::DeadLettered {
        reason: DeadReason::Undecodable,
    };
    let handle = typed_service.handle();
    let counted = || async { handle.ended(&dead) == 3 };
    until(stage.patience(), "three undecodable events", counted).await;
    if client.capabilities().dead_letter && client.capabilities().groups {
        let letters = client
            .transport()
            .dead_letters(&group)
            .await
            .expect("they are claimed");
        let letters = letters.list(None, 10).await.expect("they can be listed");
        assert_eq!(letters.len(), 3, "{letters:?}");
        assert!(
            letters
                .iter()
                .all(|letter| letter.reason == DeadReason::Undecodable)
        );
    }
    raw_service.drain().await.expect("the raw service drains");
    typed_service
        .drain()
        .await
        .expect("the typed service drains");
    Ok(Verdict::Kept)
}

/// Publishes as another program would: through the witness, or else as bare as the transport
/// allows.
async fn publish_foreign(stage: &Stage, client: &Client, foreign: Foreign) {
    match stage.broker().witness().await {
        Ok(witness) => {
            let witness: Arc<_> = witness;
            witness.publish(foreign).await;
        }
        Err(_) => {
            let key = trunkline_core::RoutingKey::new(foreign.key).expect("a canonical key");
            let mut properties = Properties::new();
            properties.set_content_type(foreign.content_type.as_deref());
            let bare = Envelope::from_parts(key, foreign.headers, properties, foreign.body);
            let options = PublishOptions::new();
            client
                .transport()
                .publish(bare, options)
                .await
                .expect("a bare envelope can travel");
        }
    }
}

/// K12. An event without an id, a time or a name reaches a subscription as it is.
///
/// # Panics
/// When the promise is broken.
pub async fn a_nameless_event_is_delivered(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let foreign = Foreign::new(stage.key("a.b").as_str(), vec![0xff, 0, 1]);
    publish_foreign(stage, &client, foreign.clone()).await;
    let delivery = inbox.next().await;
    let envelope = delivery.envelope();
    assert_eq!(
        (envelope.routing_key().as_str(), envelope.body()),
        (&*foreign.key, &foreign.body)
    );
    delivery.ack().await.expect("a delivery can be acked");
    Ok(Verdict::Kept)
}
