//! K3, K4, K13: names that cannot travel, and values that can.

use trunkline_core::{
    KeyErrorKind, KeyPattern, PublishOptions, RoutingKey, SubscribeOptions, TransportError,
    TransportErrorKind,
};

use super::keys::refused_key;
use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::client::assert_kind;
use crate::stage::Stage;

/// Holds that the client works as if nothing had happened.
async fn is_untouched(stage: &Stage, client: &Client) {
    assert!(
        client.transport().health().borrow().is_running(),
        "a refusal disturbed the link"
    );
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("still.here")]))
        .await;
    let event = stage.event("still.here");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    inbox.close().await;
}

/// K3. Keys and patterns that cannot travel are refused before the wire, all in one way, and
/// disturb nothing.
///
/// # Panics
/// When the promise is broken.
pub async fn names_that_cannot_travel_are_refused(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    for key in [
        "", "a..b", ".a", "a.", "a.*", "#", "a.b#", "$a.b", "a.\u{1}", "a\n.b", "a\u{9f}",
    ] {
        let event = stage
            .author()
            .event(&RoutingKey::verbatim(key).expect("these can be held"));
        refused_key(client.try_publish(&event, PublishOptions::new()).await, key);
    }
    // These cannot even be held.
    let long = "k".repeat(RoutingKey::MAX_BYTES + 1);
    for (key, kind) in [
        (long.as_str(), KeyErrorKind::TooLong),
        ("a\0", KeyErrorKind::Control),
    ] {
        assert_eq!(RoutingKey::verbatim(key).expect_err("refused").kind(), kind);
    }
    for pattern in [
        "",
        "a..b",
        ".a",
        "a.",
        "$a.#",
        "a.\u{1}",
        "a\0",
        long.as_str(),
    ] {
        assert!(KeyPattern::new(pattern).is_err(), "the pattern {pattern:?}");
    }
    let limit = client.capabilities().max_key;
    if limit < RoutingKey::MAX_BYTES {
        let key = "k".repeat(limit + 1);
        let event = stage
            .author()
            .event(&RoutingKey::new(key.as_str()).expect("canonical"));
        refused_key(
            client.try_publish(&event, PublishOptions::new()).await,
            &key,
        );
    }
    let nothing = client.try_subscribe(SubscribeOptions::live([])).await;
    let error = assert_kind("no bindings", nothing, TransportErrorKind::Refused);
    assert!(
        matches!(error, TransportError::NoBindings { .. }),
        "no bindings: {error:?}"
    );
    is_untouched(stage, &client).await;
    Ok(Verdict::Kept)
}

/// K3. A key of just the longest length travels.
///
/// # Panics
/// When the promise is broken.
pub async fn the_longest_key_travels(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let room = client.capabilities().max_key.min(RoutingKey::MAX_BYTES);
    let beginning = stage.key("long").as_str().len() + 1;
    let key = format!("long.{}", "k".repeat(room.saturating_sub(beginning)));
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on(&key)]))
        .await;
    let event = stage.event(&key);
    assert_eq!(event.routing_key().as_str().len(), room);
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// K4. A value of any characters travels as one word of a key, comes back as it was, and matches no
/// neighbour's pattern.
///
/// # Panics
/// When the promise is broken.
pub async fn reserved_characters_in_a_value_survive(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let key = |value: &str| {
        let words = ["calls", value, "ended"];
        let whole = RoutingKey::from_segments(words).expect("any value is a word");
        whole.as_str().to_owned()
    };
    let neighbours = [
        "calls.a.b.ended",
        "calls.a.*.ended",
        "calls.*.*.ended",
        "calls.ab.ended",
    ];
    let neighbours = neighbours.map(|pattern| stage.on(pattern));
    let mut beside = client
        .subscribe(SubscribeOptions::live(
            neighbours.into_iter().chain([stage.on("last")]),
        ))
        .await;
    for value in [
        "a.b", "a/b", "*", "#", "a+b", "100%", "a b", "é☎", "$a", "", "%2E", "a\tb",
    ] {
        let key = key(value);
        let mut inbox = client
            .subscribe(SubscribeOptions::live([stage.on(&key)]))
            .await;
        let event = stage.event(&key);
        client.publish(&event).await;
        let delivery = inbox.expect(&event).await;
        let words = delivery.envelope().routing_key().unescaped_segments();
        let words: Vec<_> = words
            .map(|word| word.expect("escaped by us").into_owned())
            .collect();
        let from_the_end = words.len() - 3;
        assert_eq!(
            words[from_the_end..],
            ["calls", value, "ended"],
            "the value {value:?}"
        );
        delivery.ack().await.expect("a delivery can be acked");
        inbox.close().await;
    }
    let last = stage.sentinel("last");
    client.publish(&last).await;
    assert_eq!(
        beside.acked_until(&last).await,
        [],
        "a neighbour's pattern matched"
    );
    Ok(Verdict::Kept)
}

/// K13. Headers whose names are kept for brokers are refused, by name, and disturb nothing.
///
/// # Panics
/// When the promise is broken.
pub async fn reserved_header_names_are_refused(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    for name in ["x-match", "x-death", "x-trunkline-handlers", "x-"] {
        let event = stage
            .event("a.b")
            .with_header(name, 1)
            .expect("such a header can be held");
        let outcome = client.try_publish(&event, PublishOptions::new()).await;
        let error = assert_kind(name, outcome, TransportErrorKind::Refused);
        let named =
            matches!(&error, TransportError::ReservedHeader { header, .. } if header == name);
        assert!(named, "the header `{name}` was refused as {error:?}");
    }
    is_untouched(stage, &client).await;
    Ok(Verdict::Kept)
}
