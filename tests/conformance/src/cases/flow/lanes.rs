//! O2: order per key, with workers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::sync::Mutex;
use trunkline_core::{
    Context, Ending, Envelope, HandlerError, Lanes, Ordering, PublishOptions, RetryPolicy, Service,
};

use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::until;
use crate::dialect::CaseDialect;
use crate::ledger::Mark;
use crate::stage::Stage;

/// The header that names an event's lane.
const LANE: &str = "lane";

/// O2. With strict lanes each key keeps its order, though eight events are in hand and handlers
/// fail at random.
///
/// # Panics
/// When the promise is broken.
pub async fn lanes_keep_order_per_key(stage: &Stage) -> Outcome {
    const KEYS: usize = 16;
    let client = stage.client("client").await;
    if !claims_groups(stage, &client).await {
        return Ok(Verdict::Refused);
    }
    let events = stage.scale().of(1_600, 10_000) / KEYS * KEYS;
    let seen: Arc<Mutex<HashMap<String, Vec<Mark>>>> = Arc::default();
    let handler = {
        let seen = Arc::clone(&seen);
        move |envelope: Envelope, context: Context| {
            let seen = Arc::clone(&seen);
            async move {
                tokio::time::sleep(Duration::from_micros(fastrand::u64(0..2_000))).await;
                if context.attempt() == 1 && fastrand::u8(..) < 13 {
                    return Err(HandlerError::retry("one in twenty fails"));
                }
                let lane = envelope.headers().text(LANE).unwrap_or_default().to_owned();
                let mark = Mark::of(&envelope).ok_or_else(|| HandlerError::reject("not ours"))?;
                seen.lock().entry(lane).or_default().push(mark);
                Ok(())
            }
        }
    };
    let service = Service::builder(stage.group("workers"), CaseDialect::bus(stage, &client))
        .prefetch(8)
        .lanes(Lanes::by_header(LANE).strict())
        .retry(RetryPolicy::ladder([Duration::from_millis(5)]))
        .on_binding(stage.on("work"), handler)
        .build()
        .expect("a plain service");
    let service = service.start().await.expect("the service starts");
    let authors: Vec<_> = (0..KEYS).map(|_| stage.author()).collect();
    for n in 0..events {
        let (lane, author) = (n % KEYS, &authors[n % KEYS]);
        let event = author
            .event(&stage.key("work"))
            .with_header(LANE, format!("lane-{lane}"));
        let options = PublishOptions::new();
        client
            .try_publish(&event.expect("a plain header"), options)
            .await
            .expect("taken");
    }
    let handle = service.handle();
    let done = || async { handle.ended(&Ending::Acked) >= events as u64 };
    until(6 * stage.patience(), format!("{events} events done"), done).await;
    let all: Vec<Mark> = seen.lock().values().flatten().copied().collect();
    stage.tally(&all).exactly_once("the service");
    if client.capabilities().ordering != Ordering::None {
        for (lane, marks) in seen.lock().iter() {
            crate::ledger::Tally::of(marks, marks).in_order(lane);
        }
    }
    service.drain().await.expect("the service drains");
    Ok(Verdict::Kept)
}
