//! Chapter 3: payloads.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::time::Instant;
use trunkline_core::{PublishOptions, SubscribeOptions, TransportError};

use crate::case::{Outcome, Verdict};
use crate::run::joined;
use crate::stage::{Clock, Stage};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Bytes that repeat nowhere soon, so that a piece lost or moved shows.
fn bytes(len: usize) -> Bytes {
    let mut rng = fastrand::Rng::with_seed(len as u64);
    let mut bytes = vec![0; len];
    rng.fill(&mut bytes);
    bytes.into()
}

/// B1. Bodies of every size up to the limit arrive whole; one byte more is refused and the link
/// lives.
///
/// # Panics
/// When the promise is broken.
pub async fn bodies_of_every_size_arrive_whole(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    let limit = client.capabilities().max_payload;
    let most = stage.scale().of(limit.min(16 * MIB), limit);
    let sizes = [
        0,
        1,
        64 * KIB - 1,
        64 * KIB,
        64 * KIB + 1,
        MIB,
        16 * MIB,
        most,
    ];
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("sized")]))
        .await;
    for size in sizes.into_iter().filter(|size| *size <= most) {
        let event = stage.event("sized").with_body(bytes(size));
        client.publish(&event).await;
        let delivery = inbox.next().await;
        let body = delivery.envelope().body();
        assert!(
            body == event.body(),
            "{size} bytes sent, {} others received",
            body.len()
        );
        delivery.ack().await.expect("a delivery can be acked");
    }
    let over = stage
        .event("sized")
        .with_body(Bytes::from(vec![0; limit + 1]));
    match client.try_publish(&over, PublishOptions::new()).await {
        Err(TransportError::PayloadTooLarge {
            size, limit: told, ..
        }) => {
            assert_eq!((size, told), (limit + 1, limit));
        }
        other => panic!("a body over the limit came out as {other:?}"),
    }
    assert!(
        client.transport().health().borrow().is_running(),
        "a refusal disturbed the link"
    );
    let event = stage.event("sized");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// B2. Any bytes arrive as they are: all values, no UTF-8, zeros.
///
/// # Panics
/// When the promise is broken.
pub async fn any_bytes_arrive_identical(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("raw")]))
        .await;
    let all: Vec<u8> = (0..=255).collect();
    for body in [
        &all[..],
        b"\xc3\x28 not utf-8",
        b"\0",
        b"\0\0\r\n\0",
        b"\xff\xfe",
        b"{\"a\":",
    ] {
        let event = stage.event("raw").with_body(Bytes::copy_from_slice(body));
        client.publish(&event).await;
        let delivery = inbox.next().await;
        assert_eq!(delivery.envelope().body(), event.body());
        delivery.ack().await.expect("a delivery can be acked");
    }
    Ok(Verdict::Kept)
}

/// B3. While a large event is on its way, small ones of the same client arrive within five seconds
/// and the link lives.
///
/// # Panics
/// When the promise is broken.
pub async fn small_events_pass_beside_a_large_one(stage: &Stage) -> Outcome {
    const LATENCY: Duration = Duration::from_secs(5);
    let client = stage.client("client").await;
    client.running().await;
    let size = client.capabilities().max_payload.min(16 * MIB);
    let mut small = client
        .subscribe(SubscribeOptions::live([stage.on("small")]))
        .await;
    let mut large = client
        .subscribe(SubscribeOptions::live([stage.on("large")]))
        .await;
    let body = stage.event("large").with_body(bytes(size));
    let sending = {
        let (client, body) = (client.clone(), body.clone());
        tokio::spawn(async move { client.publish(&body).await })
    };
    for _ in 0..50 {
        let (event, sent) = (stage.event("small"), Instant::now());
        client.publish(&event).await;
        small.expect_acked(&event).await;
        assert!(
            sent.elapsed() <= LATENCY,
            "a small event took {:?}",
            sent.elapsed()
        );
    }
    let delivery = large.next().await;
    assert!(
        delivery.envelope().body() == body.body(),
        "the large event changed"
    );
    delivery.ack().await.expect("a delivery can be acked");
    joined(sending).await;
    assert!(
        client.transport().health().borrow().is_running(),
        "the link did not live"
    );
    Ok(Verdict::Kept)
}

/// B4. An encoded body arrives untouched, its label with it, known or not.
///
/// # Panics
/// When the promise is broken.
pub async fn an_encoded_body_is_carried_untouched(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("encoded")]))
        .await;
    for label in ["gzip", "utf-8", "an encoding nobody knows"] {
        let mut event = stage
            .event("encoded")
            .with_body(&b"\x1f\x8b\x08 not really"[..]);
        event.properties_mut().set_content_encoding(Some(label));
        client.publish(&event).await;
        let delivery = inbox.next().await;
        let got = delivery.envelope();
        assert_eq!(got.body(), event.body());
        assert_eq!(got.properties().content_encoding(), Some(label));
        delivery.ack().await.expect("a delivery can be acked");
    }
    Ok(Verdict::Kept)
}

/// B1. Many large bodies at once arrive whole.
///
/// # Panics
/// When the promise is broken.
pub async fn large_bodies_at_once_arrive_whole(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let size = client.capabilities().max_payload.min(match stage.clock() {
        Clock::Virtual => 4 * MIB,
        Clock::Real => stage.scale().of(MIB, 4 * MIB),
    });
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("large")]))
        .await;
    let events: Vec<_> = (0..8)
        .map(|n| stage.event("large").with_body(bytes(size - n)))
        .collect();
    join_all(events.iter().map(|event| client.publish(event))).await;
    let mut lengths = Vec::new();
    for _ in &events {
        let delivery = inbox.next().await;
        let body = delivery.envelope().body();
        assert!(
            *body == bytes(body.len()),
            "a large body changed on the way"
        );
        lengths.push(body.len());
        delivery.ack().await.expect("a delivery can be acked");
    }
    lengths.sort_unstable();
    let wanted: Vec<_> = (0..8).rev().map(|n| size - n).collect();
    assert_eq!(lengths, wanted, "large bodies were lost or doubled");
    Ok(Verdict::Kept)
}
