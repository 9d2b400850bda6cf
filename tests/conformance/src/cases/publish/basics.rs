//! P1 to P5: what is published arrives, and only where it should.

use std::time::{Duration, SystemTime};

use trunkline_core::{
    Envelope, EventId, PublishOptions, Routing, RoutingKey, SubscribeOptions, UnroutableDetection,
};

use crate::case::{Outcome, Verdict};
use crate::client::assert_unsupported;
use crate::same::assert_same;
use crate::stage::Stage;
use crate::witness::Foreign;

/// P1. An event arrives once, with key, bytes, headers, id, time and the other properties as they
/// were.
///
/// # Panics
/// When the promise is broken.
pub async fn round_trip_keeps_every_field(stage: &Stage) -> Outcome {
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    let mut inbox = subscriber
        .subscribe(SubscribeOptions::live([stage.on("calls.created")]))
        .await;
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_767_225_600, 123_456_000);
    let mut sent = stage
        .event("calls.created")
        .with_header("name", "call_created")
        .expect("a plain header")
        .with_header("user_uuid:*", true)
        .expect("a plain header")
        .with_id(EventId::from_text("an id of somebody else's"))
        .with_content_type("application/vnd.trunkline+json")
        .with_timestamp(time);
    let properties = sent.properties_mut();
    properties.set_content_encoding(Some("utf-8"));
    properties.set_correlation_id(Some("conversation ☎"));
    properties.set_causation_id(Some("cause"));
    properties.set_reply_to(Some("answers.here"));
    properties.set_kind(Some("call"));
    properties.set_app_id(Some("calld"));
    publisher.publish(&sent).await;
    let got = inbox.expect(&sent).await;
    assert_same(&sent, got.envelope());
    assert_eq!(
        (got.attempt(), got.is_retained()),
        (1, false),
        "a first delivery says otherwise"
    );
    got.ack().await.expect("a delivery can be acked");
    // Nothing but the key and bytes: what is absent stays absent.
    let body = stage.event("calls.created").body().clone();
    let (headers, properties) = Default::default();
    let bare = Envelope::from_parts(stage.key("calls.created"), headers, properties, body);
    publisher.publish(&bare).await;
    let got = inbox.expect(&bare).await;
    assert_same(&bare, got.envelope());
    got.ack().await.expect("a delivery can be acked");
    let last = stage.sentinel("calls.created");
    publisher.publish(&last).await;
    assert_eq!(
        inbox.acked_until(&last).await,
        [],
        "one of the two came twice"
    );
    Ok(Verdict::Kept)
}

/// P1. Another program reads what we publish, and we read what it publishes.
///
/// # Panics
/// When the promise is broken.
pub async fn a_witness_reads_and_is_read(stage: &Stage) -> Outcome {
    let witness = stage.broker().witness().await?;
    let client = stage.client("client").await;
    let key = stage.key("calls.created");
    let mut heard = witness.listen(key.as_str()).await;
    let sent = stage
        .event("calls.created")
        .with_header("name", "call_created")
        .expect("a plain header")
        .with_content_type("application/json");
    client.publish(&sent).await;
    let got = crate::within(stage.patience(), "the witness's reading", heard.next()).await;
    assert_eq!(
        (got.key.as_str(), &got.body),
        (key.as_str(), sent.body()),
        "read by the witness"
    );
    assert_eq!(
        got.headers.text("name"),
        Some("call_created"),
        "read by the witness: {got:?}"
    );
    assert_eq!(
        got.content_type.as_deref(),
        Some("application/json"),
        "read by the witness"
    );
    assert_eq!(
        got.id,
        sent.id().map(ToString::to_string),
        "read by the witness"
    );
    drop(heard);

    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("calls.created")]))
        .await;
    let mut foreign = Foreign::new(key.as_str(), stage.event("calls.created").body().clone());
    foreign
        .headers
        .insert("name", "call_created")
        .expect("a plain header");
    foreign.content_type = Some("application/json".into());
    foreign.id = Some("id-of-the-witness".into());
    witness.publish(foreign.clone()).await;
    let got = inbox.next().await;
    let envelope = got.envelope();
    assert_eq!(envelope.routing_key().as_str(), foreign.key);
    assert_eq!(envelope.body(), &foreign.body);
    assert_eq!(envelope.headers().text("name"), Some("call_created"));
    assert_eq!(
        envelope.properties().content_type(),
        foreign.content_type.as_deref()
    );
    assert_eq!(envelope.id().map(ToString::to_string), foreign.id);
    got.ack().await.expect("a delivery can be acked");
    Ok(Verdict::Kept)
}

/// P2. What is published right after `subscribe` has returned is never missed.
///
/// # Panics
/// When the promise is broken.
pub async fn a_fresh_subscription_misses_nothing(stage: &Stage) -> Outcome {
    let (publisher, subscriber) = (
        stage.client("publisher").await,
        stage.client("subscriber").await,
    );
    for round in 0..200 {
        let key = format!("fresh.{round}");
        let event = stage.event(&key);
        let mut inbox = subscriber
            .subscribe(SubscribeOptions::live([stage.on(&key)]))
            .await;
        publisher.publish(&event).await;
        inbox.expect_acked(&event).await;
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// P3. What was published before there was a subscription is not delivered to it.
///
/// # Panics
/// When the promise is broken.
pub async fn what_was_published_before_is_not_delivered(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let (before, after) = (stage.event("a.b"), stage.event("a.b"));
    client.publish(&before).await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    client.publish(&after).await;
    inbox.expect_acked(&after).await;
    Ok(Verdict::Kept)
}

/// P4. A durable group gets, in order, what was published while none of its members was there.
///
/// # Panics
/// When the promise is broken.
pub async fn a_durable_group_catches_up(stage: &Stage) -> Outcome {
    let publisher = stage.client("publisher").await;
    let member = stage.client("member").await;
    let options = || SubscribeOptions::group(stage.group("billing"), [stage.on("orders.created")]);
    if !publisher.capabilities().groups {
        assert_unsupported("a group", member.try_subscribe(options()).await);
        return Ok(Verdict::Refused);
    }
    member.subscribe(options()).await.close().await;
    member.close().await;
    stage.drop_client(member);
    let events: Vec<_> = (0..50).map(|_| stage.event("orders.created")).collect();
    for event in &events {
        publisher.publish(event).await;
    }
    let mut inbox = stage.client("member").await.subscribe(options()).await;
    let last = stage.sentinel("orders.created");
    publisher.publish(&last).await;
    let received = inbox.acked_until(&last).await;
    if !publisher.capabilities().durable_subscription {
        assert_ne!(
            received.len(),
            events.len(),
            "stale declaration: the group is durable"
        );
        return Ok(Verdict::Refused);
    }
    let tally = stage.tally(&received);
    tally.exactly_once("the member that came back");
    tally.in_order("the member that came back");
    Ok(Verdict::Kept)
}

/// P5. A publish that reaches nobody succeeds, and is told apart where the transport claims to
/// know.
///
/// # Panics
/// When the promise is broken.
pub async fn a_publish_that_reaches_nobody_is_told(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().unroutable;
    let nobody = client.publish(&stage.event("nobody.listens")).await.routing;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("somebody.listens")]))
        .await;
    let heard = stage.event("somebody.listens");
    let somebody = client.publish(&heard).await.routing;
    inbox.expect_acked(&heard).await;
    let fits = match claimed {
        UnroutableDetection::Always => nobody == Routing::Unroutable && somebody == Routing::Routed,
        UnroutableDetection::Advisory => {
            nobody != Routing::Routed && somebody != Routing::Unroutable
        }
        _ => nobody == Routing::Unknown && somebody == Routing::Unknown,
    };
    assert!(
        fits,
        "claims {claimed:?}; says {nobody:?} of nobody and {somebody:?} of somebody"
    );
    inbox.close().await;
    if claimed == UnroutableDetection::Always {
        let gone = client.publish(&heard_again(stage)).await.routing;
        assert_eq!(gone, Routing::Unroutable, "the only subscription has ended");
        let late = PublishOptions::new().with_timeout(stage.patience());
        let again = client.publish_with(&heard_again(stage), late).await.routing;
        assert_eq!(
            again,
            Routing::Unroutable,
            "the only subscription has ended"
        );
    }
    Ok(if claimed == UnroutableDetection::Never {
        Verdict::Refused
    } else {
        Verdict::Kept
    })
}

fn heard_again(stage: &Stage) -> trunkline_core::Envelope {
    let key: RoutingKey = stage.key("somebody.listens");
    stage.author().event(&key)
}
