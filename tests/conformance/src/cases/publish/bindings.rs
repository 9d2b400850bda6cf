//! P4 and P10: bindings that come and go, and groups that are removed.

use trunkline_core::{SubscribeOptions, TransportErrorKind};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::assert_kind;
use crate::ledger::Mark;
use crate::stage::Stage;

/// P10. A running subscription gets what a binding added to it matches, and no more what one
/// removed from it matched.
///
/// # Panics
/// When the promise is broken.
pub async fn bindings_come_and_go_on_a_running_subscription(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let live = SubscribeOptions::live([stage.on("a.*")]);
    let mut kinds = vec![live];
    if claims_groups(stage, &client).await {
        kinds.push(SubscribeOptions::group(stage.group("g"), [stage.on("a.*")]));
    }
    for options in kinds {
        let mut inbox = client.subscribe(options).await;
        let control = inbox.subscription().control();
        let [a, b, c] = ["a.x", "b.x", "c.x"].map(|key| stage.event(key));
        client.publish(&b).await;
        for pattern in ["b.*", "c.*"] {
            control
                .bind(stage.on(pattern))
                .await
                .expect("a binding can be added");
        }
        for event in [&b, &c, &a] {
            client.publish(event).await;
            inbox.expect_acked(event).await;
        }
        let removed = control.unbind(&stage.on("b.*")).await;
        assert!(removed.expect("a binding can be removed"), "it was there");
        let again = control.unbind(&stage.on("b.*")).await;
        assert!(!again.expect("an answer"), "removed twice");
        for event in [&b, &c] {
            client.publish(event).await;
        }
        inbox.expect_acked(&c).await;
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// P10. A binding added twice delivers once, and once removed it is gone.
///
/// # Panics
/// When the promise is broken.
pub async fn a_binding_added_twice_delivers_once(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let mut inbox = client
        .subscribe(SubscribeOptions::live([stage.on("a.*")]))
        .await;
    let control = inbox.subscription().control();
    for pattern in ["a.*", "a.b", "a.b"] {
        control
            .bind(stage.on(pattern))
            .await
            .expect("a binding can be added");
    }
    let (both, one) = (stage.event("a.b"), stage.event("a.c"));
    for event in [&both, &one] {
        client.publish(event).await;
        inbox.expect_acked(event).await;
    }
    assert!(
        control
            .unbind(&stage.on("a.*"))
            .await
            .expect("it can be removed"),
        "it was there"
    );
    client.publish(&one).await;
    client.publish(&both).await;
    inbox.expect_acked(&both).await;
    Ok(Verdict::Kept)
}

/// P4. A group in use cannot be removed; one that is not is gone with what waited in it.
///
/// # Panics
/// When the promise is broken.
pub async fn a_removed_group_forgets_what_waited(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await || !client.capabilities().durable_subscription {
        return Ok(Verdict::Refused);
    }
    let group = stage.group("g");
    let options = SubscribeOptions::group(&group, [stage.on("a.b")]);
    let transport = client.transport();
    assert!(
        !transport.remove_group(&group).await.expect("an answer"),
        "there is none yet"
    );
    let inbox = client.subscribe(options.clone()).await;
    let in_use = transport.remove_group(&group).await;
    assert_kind(
        "removing a group in use",
        in_use,
        TransportErrorKind::Conflict,
    );
    inbox.close().await;
    client.publish(&stage.event("a.b")).await;
    assert!(
        transport
            .remove_group(&group)
            .await
            .expect("it can be removed"),
        "it was there"
    );
    client.publish(&stage.event("a.b")).await;
    let mut inbox = client.subscribe(options).await;
    let last = stage.sentinel("a.b");
    client.publish(&last).await;
    assert_eq!(
        inbox.acked_until(&last).await,
        Vec::<Mark>::new(),
        "a removed group remembers"
    );
    Ok(Verdict::Kept)
}
