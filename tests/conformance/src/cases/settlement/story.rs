//! S14: a dead letter tells its story, and can be replayed.

use std::time::{Duration, SystemTime};

use trunkline_core::{DeadReason, HANDLERS_HEADER, Nack, Redelivery, Rejection};

use super::dead::{claims_dead_letters, kept, letters, rejection};
use super::{Bench, KEY, assert_attempt, settled};
use crate::case::{Outcome, Verdict};
use crate::same::assert_same;
use crate::stage::Stage;

/// An event with something in every place a dead letter must keep.
fn rich(stage: &Stage) -> trunkline_core::Envelope {
    let mut event = stage
        .event(KEY)
        .with_header("name", "order_created")
        .expect("a plain header")
        .with_header("amount", 1.5)
        .expect("a plain header")
        .with_content_type("application/json");
    event
        .properties_mut()
        .set_correlation_id(Some("conversation"));
    event
}

/// S14. A dead letter is the event as it was published, with reason, error, attempts, times, source
/// and handlers.
///
/// # Panics
/// When the promise is broken.
pub async fn a_dead_letter_tells_its_story(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 1).await;
    if !claims_dead_letters(stage, &mut bench).await {
        return Ok(Verdict::Refused);
    }
    let begun = SystemTime::now() - Duration::from_secs(1);
    let event = rich(stage);
    bench.client.publish(&event).await;
    let mut last = bench.inbox.expect(&event).await;
    let again = bench.redelivery() != Redelivery::None;
    if again {
        let nack = Nack::after(Duration::from_millis(20)).with_error("at first");
        settled(last.nack_with(nack).await);
        last = bench.inbox.expect(&event).await;
        assert_attempt(&bench.client, &last, 2);
    }
    let handlers = ["wrap_up".to_owned(), "audit".to_owned()];
    let rejection = Rejection::new(DeadReason::AttemptsExhausted, "at last: é☎");
    settled(last.reject(rejection.with_handlers(handlers.clone())).await);

    let letter = letters(stage, &mut bench, 1).await.remove(0);
    assert_same(&event, &letter.envelope);
    assert_eq!(letter.reason, DeadReason::AttemptsExhausted);
    assert_eq!(letter.error, "at last: é☎");
    assert_eq!(letter.source, bench.group);
    assert_eq!(letter.handlers, handlers);
    if bench.client.capabilities().attempt_count == trunkline_core::AttemptCount::Exact {
        assert_eq!(letter.attempts, 2);
    }
    assert!(
        letter.first_attempt_at <= letter.died_at,
        "it died before it was delivered"
    );
    // A paused clock moves on faster than the wall's: only the past is a bound that holds for both.
    assert!(
        letter.first_attempt_at >= begun,
        "it was delivered before it was published"
    );
    Ok(Verdict::Kept)
}

/// S14. A replayed dead letter runs once, as a first attempt for the handlers it names, and is
/// gone.
///
/// # Panics
/// When the promise is broken.
pub async fn a_replay_runs_once_and_removes_the_letter(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    if !claims_dead_letters(stage, &mut bench).await {
        return Ok(Verdict::Refused);
    }
    let event = rich(stage);
    bench.client.publish(&event).await;
    let delivery = bench.inbox.expect(&event).await;
    let named = rejection().with_handlers(["wrap_up".to_owned()]);
    settled(delivery.reject(named).await);
    let letter = letters(stage, &mut bench, 1).await.remove(0);
    let kept = kept(&mut bench).await;
    assert!(
        kept.replay(&letter.id).await.expect("a replay"),
        "the letter is there"
    );
    let delivery = bench.inbox.expect(&event).await;
    assert_attempt(&bench.client, &delivery, 1);
    let mut again = delivery.envelope().clone();
    let handlers = again.headers_mut().remove(HANDLERS_HEADER);
    assert_eq!(
        handlers,
        Some("wrap_up".into()),
        "a replay is for the handlers that failed"
    );
    assert_same(&event, &again);
    settled(delivery.ack().await);
    letters(stage, &mut bench, 0).await;
    assert!(
        !kept.replay(&letter.id).await.expect("an answer"),
        "replayed twice"
    );
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}

/// S14. Dead letters are listed oldest first and page by page; a purged one is gone.
///
/// # Panics
/// When the promise is broken.
pub async fn dead_letters_are_listed_in_order_and_purged(stage: &Stage) -> Outcome {
    let mut bench = Bench::new(stage, 10).await;
    if !claims_dead_letters(stage, &mut bench).await {
        return Ok(Verdict::Refused);
    }
    let events: Vec<_> = (0..5).map(|_| stage.event(KEY)).collect();
    for event in &events {
        bench.client.publish(event).await;
        let delivery = bench.inbox.expect(event).await;
        settled(delivery.reject(rejection()).await);
    }
    letters(stage, &mut bench, 5).await;
    let kept = kept(&mut bench).await;
    let (mut after, mut listed) = (None::<String>, Vec::new());
    loop {
        let page = kept.list(after.as_deref(), 2).await.expect("a page");
        assert!(page.len() <= 2, "a page of {} for a limit of 2", page.len());
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        listed.extend(page);
    }
    let ids = |some: &[trunkline_core::DeadLetter]| -> Vec<_> {
        some.iter()
            .map(|letter| letter.envelope.id().cloned())
            .collect()
    };
    let wanted: Vec<_> = events.iter().map(|event| event.id().cloned()).collect();
    assert_eq!(ids(&listed), wanted, "oldest first, each once");
    assert!(
        kept.purge(&listed[2].id).await.expect("a purge"),
        "the letter was there"
    );
    assert!(
        !kept.purge(&listed[2].id).await.expect("an answer"),
        "purged twice"
    );
    let left = kept.list(None, 10).await.expect("a page");
    assert_eq!(ids(&left), [&wanted[..2], &wanted[3..]].concat());
    bench.nothing_more(stage).await;
    Ok(Verdict::Kept)
}
