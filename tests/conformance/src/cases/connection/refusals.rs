//! C6 to C8: the broker says no.

use std::error::Error;

use trunkline_core::{SubscribeOptions, TransportErrorKind};

use crate::broker::Fault;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::within;
use crate::stage::Stage;
use crate::{Client, Inbox};

/// Either events flow again, or the supply ends and says why; never silence.
async fn recovers_or_says_why(stage: &Stage, client: &Client, inbox: &mut Inbox, key: &str) {
    let event = stage.event(key);
    let deadline = tokio::time::Instant::now() + stage.patience();
    while tokio::time::Instant::now() < deadline {
        let again = stage.author().event(event.routing_key());
        client.publish_until_confirmed(&again).await;
        let wait = stage.patience() / 10;
        match tokio::time::timeout(wait, inbox.subscription().recv()).await {
            Ok(Some(delivery)) => {
                let _ = delivery.ack().await;
                return;
            }
            Ok(None) => {
                let end = inbox.subscription().end();
                assert!(
                    matches!(end, Some(Err(_))),
                    "ended without a reason: {end:?}"
                );
                return;
            }
            Err(_) => {}
        }
    }
    panic!("silence: neither events nor an end");
}

/// C6. A member whose queue an operator deletes recovers, or its supply ends and says why;
/// neighbours go on.
///
/// # Panics
/// When the promise is broken.
pub async fn a_deleted_queue_is_not_silence(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let group = stage.group("g");
    let mut inbox = client
        .subscribe(SubscribeOptions::group(&group, [stage.on("a.b")]))
        .await;
    let mut beside = client
        .subscribe(SubscribeOptions::live([stage.on("beside")]))
        .await;
    stage.inflict(Fault::DropQueue { group: &group }).await?;
    recovers_or_says_why(stage, &client, &mut inbox, "a.b").await;
    let event = stage.event("beside");
    client.publish(&event).await;
    beside.expect_acked(&event).await;
    Ok(Verdict::Kept)
}

/// C6. A client the broker throws out recovers, or its supply ends and says why.
///
/// # Panics
/// When the promise is broken.
pub async fn an_eviction_is_not_silence(stage: &Stage) -> Outcome {
    let (client, publisher) = (
        stage.client("client").await,
        stage.client("publisher").await,
    );
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.b")]))
        .await;
    stage
        .inflict(Fault::Evict {
            client: client.name(),
        })
        .await?;
    recovers_or_says_why(stage, &publisher, &mut inbox, "a.b").await;
    Ok(Verdict::Kept)
}

/// C7. A connection the broker refuses ends in a typed error, not in trying for ever, and the
/// secret is in no text.
///
/// # Panics
/// When the promise is broken.
pub async fn a_refused_connection_says_why_and_no_secret(stage: &Stage) -> Outcome {
    const SECRET: &str = "correct-horse-battery";
    let denials = stage.broker().denials(SECRET);
    let denials = within(3 * stage.patience(), "refusals", denials).await?;
    for denial in denials {
        let Err(error) = denial.outcome else {
            panic!("{}: was let in", denial.what)
        };
        let clear = [
            TransportErrorKind::Unreachable,
            TransportErrorKind::Configuration,
        ];
        assert!(clear.contains(&error.kind()), "{}: {error:?}", denial.what);
        assert!(
            !error.is_retryable(),
            "{}: would try for ever: {error:?}",
            denial.what
        );
        let mut text = format!("{error} {error:?}");
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(&format!(" {inner} {inner:?}"));
            cause = inner.source();
        }
        assert!(
            !text.contains(SECRET),
            "{}: the secret is in the error",
            denial.what
        );
    }
    Ok(Verdict::Kept)
}

/// C8. A group whose queue somebody else made otherwise is refused, naming it; neighbours on the
/// connection are unharmed.
///
/// # Panics
/// When the promise is broken.
pub async fn a_foreign_queue_is_refused_by_name(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let group = stage.group("g");
    let mut beside = client
        .subscribe(SubscribeOptions::live([stage.on("beside")]))
        .await;
    stage.inflict(Fault::ForeignQueue { group: &group }).await?;
    let outcome = client
        .try_subscribe(SubscribeOptions::group(&group, [stage.on("a.b")]))
        .await;
    let Err(error) = outcome else {
        panic!("a queue made otherwise was accepted")
    };
    assert_eq!(error.kind(), TransportErrorKind::Conflict, "{error:?}");
    assert!(
        error.to_string().contains(&group),
        "the error names no group: {error}"
    );
    let event = stage.event("beside");
    client.publish(&event).await;
    beside.expect_acked(&event).await;
    Ok(Verdict::Kept)
}
