//! K9: whom an event of Wazo's reaches.

use std::slice;

use trunkline_core::{Binding, Envelope, HeaderCondition, HeaderTest, SubscribeOptions, Value};

use super::conditions::claims_conditions;
use crate::case::{Outcome, Verdict};
use crate::ledger::Mark;
use crate::stage::Stage;

/// Headers of an event or tests of a binding.
type Pairs<'a> = &'a [(&'a str, Value)];

/// K9. Events for a user, a tenant, several users or services reach exactly those they are for.
///
/// # Panics
/// When the promise is broken.
pub async fn an_audience_gets_its_events_and_no_other(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    if !claims_conditions(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let (ours, theirs) = (stage.own("origin-ours"), stage.own("origin-theirs"));
    let origin = ("origin_uuid", Value::from(ours.as_str()));
    let [a, b] = ["tenant-a", "tenant-b"].map(|tenant| ("tenant_uuid", Value::from(tenant)));
    let all = ("user_uuid:*", Value::from(true));
    let [u1, u2] = ["user_uuid:u1", "user_uuid:u2"].map(|user| (user, Value::from(true)));

    let wants = |tests: Pairs<'_>| {
        let tests = tests
            .iter()
            .map(|(name, value)| HeaderTest::equals(*name, value.clone()));
        Binding::from(HeaderCondition::all(tests).expect("plain tests"))
    };
    let user = |tenant: &(&'static str, Value), user: &(&'static str, Value)| {
        [user, &all]
            .map(|who| wants(&[origin.clone(), tenant.clone(), who.clone()]))
            .to_vec()
    };
    let receivers: [(&str, Vec<Binding>, &[usize]); 7] = [
        ("user 1", user(&a, &u1), &[0, 1, 2]),
        ("user 2", user(&a, &u2), &[1, 2]),
        (
            "admin of tenant a",
            vec![wants(&[origin.clone(), a.clone()])],
            &[0, 1, 2, 5, 6, 7],
        ),
        (
            "master tenant",
            vec![wants(slice::from_ref(&origin))],
            &[0, 1, 2, 3, 4, 5, 6, 7],
        ),
        (
            "a service",
            vec![wants(slice::from_ref(&origin))],
            &[0, 1, 2, 3, 4, 5, 6, 7],
        ),
        ("user 1 of tenant b", user(&b, &u1), &[4]),
        (
            "another origin",
            vec![wants(&[("origin_uuid", theirs.as_str().into())])],
            &[8],
        ),
    ];
    let with = |headers: Pairs<'_>| {
        let add = |event: Envelope, (name, value): &(&str, Value)| {
            event.with_header(name, value).expect("a plain header")
        };
        headers.iter().fold(stage.event("calls.updated"), add)
    };
    let events = [
        with(&[origin.clone(), a.clone(), u1.clone()]),
        with(&[origin.clone(), a.clone(), all.clone()]),
        with(&[origin.clone(), a.clone(), u1.clone(), u2.clone()]),
        with(slice::from_ref(&origin)),
        with(&[origin.clone(), b.clone(), u1.clone()]),
        // Nobody's but the administrators': no user, or a user header that is not plain true.
        with(&[origin.clone(), a.clone()]),
        with(&[origin.clone(), a.clone(), ("user_uuid:u1", false.into())]),
        with(&[origin.clone(), a.clone(), ("user_uuid:u1", "true".into())]),
        with(&[
            ("origin_uuid", theirs.as_str().into()),
            a.clone(),
            all.clone(),
        ]),
    ];
    let last_name = stage.own("last");
    let last = stage
        .sentinel("last")
        .with_header(&last_name, true)
        .expect("a plain header");
    let mut inboxes = Vec::new();
    for (who, mut bindings, wanted) in receivers {
        bindings.push(wants(&[(last_name.as_str(), true.into())]));
        inboxes.push((
            who,
            client.subscribe(SubscribeOptions::live(bindings)).await,
            wanted,
        ));
    }
    for event in events.iter().chain([&last]) {
        client.publish(event).await;
    }
    for (who, mut inbox, wanted) in inboxes {
        let wanted: Vec<_> = wanted
            .iter()
            .filter_map(|n| Mark::of(&events[*n]))
            .collect();
        assert_eq!(inbox.acked_until(&last).await, wanted, "{who}");
    }
    Ok(Verdict::Kept)
}
