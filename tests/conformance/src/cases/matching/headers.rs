//! K10 and K11: headers, as they are and as many as fit.

use bytes::Bytes;
use trunkline_core::{
    Envelope, HeaderError, HeaderSupport, Headers, PublishOptions, SubscribeOptions,
    TransportError, TransportErrorKind, Value, is_reserved_header,
};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::client::{assert_kind, within};
use crate::same::{assert_same, assert_same_headers};
use crate::stage::Stage;
use crate::witness::Foreign;

/// One header of each kind, and of each kind's edges.
fn samples() -> Vec<(&'static str, Value)> {
    let table = [
        ("text", Value::from("é☎")),
        ("deep", Value::List(vec![1.into(), 1.5.into()])),
    ];
    let table = Headers::try_from_iter(table).expect("plain headers");
    vec![
        ("text", "é☎ and more".into()),
        ("empty-text", "".into()),
        ("true", true.into()),
        ("false", false.into()),
        ("zero", 0.into()),
        ("large", i64::MAX.into()),
        ("negative", i64::MIN.into()),
        ("float", 0.1.into()),
        ("whole-float", 1.0.into()),
        ("negative-zero", (-0.0).into()),
        ("huge", f64::MAX.into()),
        ("null", Value::Null),
        ("empty-list", Value::List(vec![])),
        (
            "list",
            Value::List(vec!["a".into(), 1.into(), Value::Null, true.into()]),
        ),
        ("table", Value::Table(table)),
        ("empty-table", Value::Table(Headers::new())),
        ("bytes", Bytes::from_static(&[0, 159, 146, 150, 255]).into()),
        ("empty-bytes", Bytes::new().into()),
        ("number-as-text", "1".into()),
        ("truth-as-text", "true".into()),
        ("user_uuid:*", true.into()),
        ("é-name", "accented".into()),
        ("Upper", "case".into()),
        ("upper", "other case".into()),
        ("with space = and %", "odd".into()),
    ]
}

/// K10. A header arrives with its type and value, or is refused; it is never dropped or retyped.
///
/// # Panics
/// When the promise is broken.
pub async fn headers_arrive_as_they_were_sent(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let mut travelling = Headers::new();
    for (name, value) in samples() {
        let event = stage
            .event("a.b")
            .with_header(name, &value)
            .expect("a header that can exist");
        match client.try_publish(&event, PublishOptions::new()).await {
            Ok(_) => {
                let delivery = inbox.expect(&event).await;
                assert_same(&event, delivery.envelope());
                delivery.ack().await.expect("a delivery can be acked");
                travelling
                    .insert(name, value)
                    .expect("a header that can exist");
            }
            Err(error) => {
                let typed = client.capabilities().headers == HeaderSupport::Typed;
                assert!(
                    !typed,
                    "claims typed headers and refuses `{name}`: {error:?}"
                );
                let kind = error.kind();
                let clear = [TransportErrorKind::Refused, TransportErrorKind::Unsupported];
                assert!(clear.contains(&kind), "`{name}` was refused as {error:?}");
            }
        }
    }
    let event = stage.event("a.b").with_headers(travelling);
    client.publish(&event).await;
    let delivery = inbox.expect(&event).await;
    assert_same(&event, delivery.envelope());
    delivery.ack().await.expect("a delivery can be acked");
    Ok(Verdict::Kept)
}

/// K10. Another program reads our headers with their types, and we read its.
///
/// # Panics
/// When the promise is broken.
pub async fn headers_are_the_same_to_a_witness(stage: &Stage) -> Outcome {
    let witness = stage.broker().witness().await?;
    let client = stage.client("client").await;
    let key = stage.key("a.b");
    let headers = [
        ("text", Value::from("é☎")),
        ("truth", true.into()),
        ("number", 42.into()),
    ];
    let headers = Headers::try_from_iter(headers).expect("plain headers");
    let mut heard = witness.listen(key.as_str()).await;
    client
        .publish(&stage.event("a.b").with_headers(headers.clone()))
        .await;
    let mut got = within(stage.patience(), "the witness's reading", heard.next()).await;
    // What a transport adds for itself has names that no event may use: AMQP has no other place for
    // the fraction of a second in a timestamp.
    let names: Vec<_> = got
        .headers
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in names.iter().filter(|name| is_reserved_header(name)) {
        got.headers.remove(name);
    }
    assert_same_headers(&headers, &got.headers);
    drop(heard);
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let foreign = Foreign {
        headers,
        ..Foreign::new(key.as_str(), "from the witness")
    };
    witness.publish(foreign.clone()).await;
    let delivery = inbox.next().await;
    assert_same_headers(&foreign.headers, delivery.envelope().headers());
    delivery.ack().await.expect("a delivery can be acked");
    Ok(Verdict::Kept)
}

/// K11. Two hundred headers travel, and as many bytes as the limit allows; one more is refused and
/// the link lives.
///
/// # Panics
/// When the promise is broken.
pub async fn headers_travel_up_to_the_limit(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    client.running().await;
    let limits = client.capabilities().header_limits.clone();
    let many = |count: usize| {
        let headers = (0..count).map(|n| (format!("header-{n}"), n));
        stage
            .event("a.b")
            .with_headers(Headers::try_from_iter(headers).expect("plain headers"))
    };
    let bytes = |count: usize| {
        let mut headers = Headers::new();
        headers.insert("h", "").expect("a plain header");
        let room = count - headers.byte_len();
        // The length in front of a long value takes some bytes itself: find the value that fits
        // just so.
        let fits = (0..=room).rev().take(16).find(|&len| {
            let inserted = headers.insert("h", "v".repeat(len));
            inserted.is_ok() && headers.byte_len() <= count
        });
        assert!(fits.is_some(), "no header of {count} bytes");
        stage.event("a.b").with_headers(headers)
    };
    let nested = |levels: usize| {
        let value = (0..levels).fold(Value::from(1), |inner, _| Value::List(vec![inner]));
        stage
            .event("a.b")
            .with_header("nested", value)
            .expect("not too deep to be held")
    };
    let long_name = |len: usize| {
        stage
            .event("a.b")
            .with_header(&"n".repeat(len), 1)
            .expect("not too long to be held")
    };
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    let fitting = [
        many(limits.headers.min(200)),
        bytes(limits.bytes),
        nested(limits.nesting.min(Headers::MAX_NESTING)),
        long_name(limits.name_bytes.min(Headers::MAX_NAME)),
    ];
    for event in fitting {
        client.publish(&event).await;
        let delivery = inbox.expect(&event).await;
        assert_same(&event, delivery.envelope());
        delivery.ack().await.expect("a delivery can be acked");
    }
    refused(&client, &over_bytes(stage, limits.bytes)).await;
    if limits.headers < Headers::MAX_LEN {
        refused(&client, &many(limits.headers + 1)).await;
    }
    if limits.nesting < Headers::MAX_NESTING {
        refused(&client, &nested(limits.nesting + 1)).await;
    }
    if limits.name_bytes < Headers::MAX_NAME {
        refused(&client, &long_name(limits.name_bytes + 1)).await;
    }
    assert!(
        client.transport().health().borrow().is_running(),
        "a refusal disturbed the link"
    );
    let event = stage.event("a.b");
    client.publish(&event).await;
    inbox.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

fn over_bytes(stage: &Stage, limit: usize) -> Envelope {
    stage
        .event("a.b")
        .with_header("h", "v".repeat(limit))
        .expect("not too large to be held")
}

async fn refused(client: &Client, event: &Envelope) {
    let outcome = client.try_publish(event, PublishOptions::new()).await;
    let error = assert_kind("headers over a limit", outcome, TransportErrorKind::Refused);
    let is_typed = matches!(
        &error,
        TransportError::Header {
            source: HeaderError::TooMany { .. }
                | HeaderError::TooLarge { .. }
                | HeaderError::TooDeep { .. }
                | HeaderError::NameTooLong { .. },
            ..
        }
    );
    assert!(is_typed, "headers over a limit were refused as {error:?}");
}
