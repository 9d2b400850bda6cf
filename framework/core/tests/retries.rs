//! What becomes of deliveries whose handlers fail.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use support::{CallCreated, Log, call, dead_letters, eventually, memory_bus};
use trunkline_core::{
    AttemptNumber, Context, DeadReason, Ending, Guarantee, HandlerError, RetryPolicy, Service,
    Transport,
};

fn ladder(millis: impl IntoIterator<Item = u64>) -> RetryPolicy {
    RetryPolicy::ladder(millis.into_iter().map(Duration::from_millis)).without_jitter()
}

#[tokio::test(start_paused = true)]
async fn a_failing_event_climbs_the_ladder_and_dies_with_its_story() {
    let (_broker, memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let always_fails = move |_event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push(attempt);
        async { Err::<(), _>(HandlerError::retry("the database is away")) }
    };
    let service = Service::builder("billing", bus.clone())
        .on(always_fails)
        .retry(ladder([500, 2_000, 10_000]))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let publisher = bus.publisher();
    let envelope = publisher.publish(&call("42")).encode().unwrap();
    publisher
        .publish_envelope(envelope.clone(), Default::default())
        .await
        .unwrap();

    assert_eq!(log.wait_for(4).await, [1, 2, 3, 4]);
    assert_eq!(log.millis(), [0, 500, 2_500, 12_500]);

    eventually(|| {
        service.handle().ended(&Ending::DeadLettered {
            reason: DeadReason::Rejected,
        }) > 0
    })
    .await;
    let letters = dead_letters(&memory, "billing").await;
    let [letter] = letters.as_slice() else {
        panic!("expected one dead letter: {letters:?}")
    };
    assert_eq!(letter.reason, DeadReason::AttemptsExhausted);
    assert_eq!(letter.attempts, 4);
    assert_eq!(letter.error, "the database is away");
    assert_eq!(letter.source, "billing");
    assert_eq!(letter.handlers.len(), 1);
    assert_eq!(
        letter.envelope, envelope,
        "key, headers, id and body are as they were published"
    );
}

#[tokio::test(start_paused = true)]
async fn a_replayed_dead_letter_runs_once_and_is_gone() {
    let (broker, memory, bus) = memory_bus();
    let broken = Arc::new(AtomicU32::new(1));
    let log = Log::new();
    let (seen, state) = (log.clone(), Arc::clone(&broken));
    let handler = move |event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push((event.call_id, attempt));
        let broken = state.load(Ordering::Relaxed) == 1;
        async move {
            if broken {
                Err(HandlerError::reject("not yet"))
            } else {
                Ok(())
            }
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    eventually(|| broker.stats().dead_letters == 1).await;

    broken.store(0, Ordering::Relaxed);
    let letters = memory.dead_letters("billing").await.unwrap();
    let id = letters.list(None, 10).await.unwrap()[0].id.clone();
    assert!(letters.replay(&id).await.unwrap());
    assert!(
        !letters.replay(&id).await.unwrap(),
        "a dead letter is replayed once"
    );

    let expected = [("42".to_owned(), 1), ("42".to_owned(), 1)];
    assert_eq!(log.wait_for(2).await, expected);
    eventually(|| broker.stats().in_flight == 0).await;
    assert_eq!(broker.stats().dead_letters, 0);
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_one_delivery_and_the_others_go_on() {
    let (broker, memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |event: CallCreated| {
        let seen = seen.clone();
        async move {
            assert_ne!(event.call_id, "13", "thirteen is bad luck");
            seen.push(event.call_id);
        }
    };
    let service = Service::builder("billing", bus.clone())
        .on(handler)
        .retry(ladder([10, 10]))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for id in 0..1000 {
        bus.publisher()
            .publish(&call(id.to_string()))
            .await
            .unwrap();
    }
    eventually(|| broker.stats().dead_letters == 1).await;
    assert_eq!(log.wait_for(999).await.len(), 999);
    let letters = dead_letters(&memory, "billing").await;
    assert_eq!(letters[0].attempts, 3);
    assert!(
        letters[0].error.contains("thirteen is bad luck"),
        "{}",
        letters[0].error
    );
    assert!(service.handle().health().is_running());
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_is_cut_short_and_tried_again() {
    let (broker, memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |_event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push(attempt);
        async move {
            if attempt == 1 {
                std::future::pending::<()>().await;
            }
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .handler_timeout(Duration::from_secs(5))
        .retry(ladder([1_000]))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    assert_eq!(log.wait_for(2).await, [1, 2]);
    assert_eq!(log.millis(), [0, 6_000]);
    eventually(|| broker.stats().in_flight == 0).await;
    assert!(dead_letters(&memory, "billing").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_handlers_that_failed_are_tried_again() {
    let (broker, memory, bus) = memory_bus();
    let log = Log::new();
    let (first, second) = (log.clone(), log.clone());
    let good = move |_event: CallCreated| {
        first.push("good");
        async {}
    };
    let bad = move |_event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        second.push("bad");
        async move {
            if attempt < 3 {
                Err(HandlerError::retry("not yet"))
            } else {
                Ok(())
            }
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on_with(trunkline_core::HandlerOptions::new().named("good"), good)
        .on_with(trunkline_core::HandlerOptions::new().named("bad"), bad)
        .retry(ladder([10, 10, 10]))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    assert_eq!(log.wait_for(4).await, ["good", "bad", "bad", "bad"]);
    eventually(|| broker.stats().in_flight + broker.stats().delayed == 0).await;
    assert_eq!(log.entries().len(), 4);
    assert!(dead_letters(&memory, "billing").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_read_dies_at_once_and_holds_nobody_up() {
    let (broker, memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |event: CallCreated| {
        seen.push(event.call_id);
        async {}
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let publisher = bus.publisher();
    let broken = publisher
        .publish(&call("1"))
        .encode()
        .unwrap()
        .with_body("{\"call_id\":");
    publisher
        .publish_envelope(broken, Default::default())
        .await
        .unwrap();
    publisher.publish(&call("2")).await.unwrap();
    assert_eq!(log.wait_for(1).await, ["2"]);
    eventually(|| broker.stats().dead_letters == 1).await;
    let letters = dead_letters(&memory, "billing").await;
    assert_eq!(
        (letters[0].reason, letters[0].attempts),
        (DeadReason::Undecodable, 1)
    );
    assert_eq!(log.millis(), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_say_when_to_try_again() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |_event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push(attempt);
        async move {
            if attempt == 1 {
                return Err(HandlerError::retry_after(
                    Duration::from_secs(90),
                    "rate limited",
                ));
            }
            Ok(())
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    log.wait_for(2).await;
    assert_eq!(log.millis(), [0, 90_000]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_promises_at_most_once_acks_whatever_happens() {
    let (broker, memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |_event: CallCreated| {
        seen.push(());
        async { Err::<(), _>(HandlerError::retry("no")) }
    };
    let service = Service::builder("wazo-like", bus.clone())
        .on(handler)
        .live()
        .guarantee(Guarantee::AtMostOnce)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    eventually(|| service.handle().ended(&Ending::Dropped) == 1).await;
    assert_eq!(log.entries().len(), 1);
    assert_eq!((broker.stats().unread, broker.stats().in_flight), (0, 0));
    assert!(dead_letters(&memory, "wazo-like").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_always_fails_does_not_spin() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |_context: Context| {
        seen.push(());
        async { Err::<(), _>(HandlerError::retry("no")) }
    };
    let _service = Service::builder("billing", bus.clone())
        .on_name("*", handler)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(
        log.entries().len() <= 10,
        "{} calls in half a second",
        log.entries().len()
    );
}
