//! K7 and K8: conditions on headers.

use trunkline_core::{Binding, HeaderCondition, HeaderTest, Headers, SubscribeOptions};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::client::assert_unsupported;
use crate::ledger::Mark;
use crate::stage::Stage;
use crate::tables::{HEADERS, HeaderVerdict};

/// What each condition is joined by, so that a sentinel reaches its subscription.
fn last(stage: &Stage) -> (String, Binding) {
    let name = stage.own("last");
    let condition = HeaderCondition::all([HeaderTest::equals(name.as_str(), true)]);
    (name, condition.expect("a plain test").into())
}

/// Whether the transport claims conditions; if it does not, it must refuse one.
pub(super) async fn claims_conditions(stage: &Stage, client: &Client) -> bool {
    if !client.capabilities().header_match {
        let options = SubscribeOptions::live([last(stage).1]);
        assert_unsupported(
            "a condition on headers",
            client.try_subscribe(options).await,
        );
        return false;
    }
    true
}

/// K7. A condition on all headers wants each of them, one on any wants one; others do not matter.
///
/// # Panics
/// When the promise is broken.
pub async fn header_conditions_match_all_or_any(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_conditions(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let names = ["h1", "h2"].map(|name| stage.own(name));
    let tests = || {
        names
            .iter()
            .map(|name| HeaderTest::equals(name.as_str(), "yes"))
    };
    let all = HeaderCondition::all(tests()).expect("plain tests");
    let any = HeaderCondition::any(tests()).expect("plain tests");
    let with = |some: &[&str]| {
        let headers = some.iter().map(|name| (*name, "yes"));
        stage
            .event("a.b")
            .with_headers(Headers::try_from_iter(headers).expect("plain headers"))
    };
    let [h1, h2] = [names[0].as_str(), names[1].as_str()];
    let events = [
        with(&[h1, h2, "more"]),
        with(&[h1]),
        with(&["more"]),
        with(&[]),
    ];
    for (condition, wanted) in [(all, &events[..1]), (any, &events[..2])] {
        let (name, binding) = last(stage);
        let mut inbox = client
            .subscribe(SubscribeOptions::live([condition.into(), binding]))
            .await;
        for event in &events {
            client.publish(event).await;
        }
        let last = stage
            .sentinel("last")
            .with_header(&name, true)
            .expect("a plain header");
        client.publish(&last).await;
        let wanted: Vec<_> = wanted.iter().filter_map(Mark::of).collect();
        assert_eq!(inbox.acked_until(&last).await, wanted);
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// K7. A binding that wants both a header and a key gets events with both.
///
/// # Panics
/// When the promise is broken.
pub async fn a_header_condition_and_a_key_must_both_hold(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_conditions(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let name = stage.own("h1");
    let condition = HeaderCondition::all([HeaderTest::equals(name.as_str(), 1)]);
    let both = Binding::builder()
        .headers(condition.expect("a plain test"))
        .key(stage.pattern("a.*"))
        .build()
        .expect("a header and a key");
    let mut inbox = client
        .subscribe(SubscribeOptions::live([both, stage.on("last")]))
        .await;
    let with = |key: &str, value: i32| {
        stage
            .event(key)
            .with_header(&name, value)
            .expect("a plain header")
    };
    let wanted = with("a.b", 1);
    for event in [
        &with("a.b", 2),
        &with("b.b", 1),
        &stage.event("a.b"),
        &wanted,
    ] {
        client.publish(event).await;
    }
    let last = stage.sentinel("last");
    client.publish(&last).await;
    let wanted: Vec<_> = Mark::of(&wanted).into_iter().collect();
    assert_eq!(
        inbox.acked_until(&last).await,
        wanted,
        "header and key must both hold"
    );
    Ok(Verdict::Kept)
}

/// K8. Each row of the table of header conditions comes out as the table says.
///
/// # Panics
/// When the promise is broken.
pub async fn header_edges_match_by_the_truth_table(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_conditions(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    for row in HEADERS {
        let condition = row.condition(|name| stage.own(name));
        if row.verdict == HeaderVerdict::Refused {
            assert!(condition.is_err(), "{row:?} can be asked for");
            continue;
        }
        let (name, binding) = last(stage);
        let condition = condition.expect("the row is not to be refused");
        let mut inbox = client
            .subscribe(SubscribeOptions::live([condition.into(), binding]))
            .await;
        let event = stage
            .event("a.b")
            .with_headers(row.headers(|name| stage.own(name)));
        client.publish(&event).await;
        let last = stage
            .sentinel("last")
            .with_header(&name, true)
            .expect("a plain header");
        client.publish(&last).await;
        let matches = row.verdict == HeaderVerdict::Match;
        let wanted: Vec<_> = Mark::of(&event).filter(|_| matches).into_iter().collect();
        assert_eq!(inbox.acked_until(&last).await, wanted, "{row:?}");
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}
