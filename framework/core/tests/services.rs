//! The life of a service: handlers, lanes, layers, drain.

mod support;

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use support::{CallCreated, Log, call, eventually, memory_bus};
use tokio::sync::Notify;
use trunkline_core::{
    AttemptNumber, Audience, Binding, Context, Ending, Envelope, EventName, HandlerError,
    HandlerOptions, Health, Lanes, Publisher, RetryPolicy, Service, State, TRACEPARENT, TenantId,
};

#[tokio::test(start_paused = true)]
async fn a_handler_takes_what_it_asks_for() {
    struct Rates(u32);
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |event: CallCreated,
                        tenant: TenantId,
                        audience: Audience,
                        EventName(name): EventName,
                        rates: State<Rates>| {
        seen.push((
            event.call_id,
            tenant,
            audience.level().as_str(),
            name,
            rates.0.0,
        ));
        async {}
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .state(Rates(7))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    let expected = (
        "42".to_owned(),
        TenantId::from("acme"),
        "tenant",
        "call_created".into(),
        7,
    );
    assert_eq!(log.wait_for(1).await, [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_rebound_handler_gets_each_event_once_and_no_other_than_it_asks_for() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let service = Service::builder("billing", bus.clone())
        .on_name_with(
            HandlerOptions::new().named("a_handler_for_something_else"),
            "unrelated",
            |_: Context| async {},
        )
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let handle = service.handle();
    let bindings = |names: &[&str]| -> Vec<Binding> {
        let binding = |name: &&str| Binding::builder().name(*name).build().unwrap();
        names.iter().map(binding).collect()
    };
    let seen = log.clone();
    let note = move |EventName(name): EventName| {
        seen.push(name);
        async {}
    };
    let options = HandlerOptions::new().named("note");
    let id = handle
        .on_bindings(options, bindings(&["call_*", "call_created"]), note)
        .await
        .unwrap();
    bus.publisher().publish(&call("1")).await.unwrap();
    assert_eq!(log.wait_for(1).await, ["call_created"]);
    assert!(handle.rebind(id, bindings(&["agent_*"])).await.unwrap());
    bus.publisher().publish(&call("2")).await.unwrap();
    eventually(|| handle.ended(&Ending::Unhandled) == 1).await;
    assert!(
        handle
            .rebind(id, bindings(&["call_created"]))
            .await
            .unwrap()
    );
    bus.publisher().publish(&call("3")).await.unwrap();
    assert_eq!(log.wait_for(2).await, ["call_created", "call_created"]);
    assert_eq!(
        handle
            .handlers()
            .iter()
            .map(|name| &**name)
            .collect::<Vec<_>>(),
        ["a_handler_for_something_else", "note"]
    );
    assert!(handle.remove(id).await.unwrap());
    assert!(!handle.rebind(id, bindings(&["call_*"])).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn handlers_are_found_by_name_glob_key_and_header() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let note = |word: &'static str| {
        let log = log.clone();
        move |_context: Context| {
            log.push(word);
            async {}
        }
    };
    let by_key = Binding::builder().key("calls.*.created").build().unwrap();
    let by_other_key = Binding::builder().key("calls.created").build().unwrap();
    let service = Service::builder("audit", bus.clone())
        .on_name("call_created", note("name"))
        .on_name("call_*", note("glob"))
        .on_name("chat_*", note("other glob"))
        .on_binding(by_key, note("key"))
        .on_binding(by_other_key, note("other key"))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    eventually(|| service.handle().ended(&Ending::Acked) == 1).await;
    assert_eq!(log.entries(), ["name", "glob", "key"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_handler_publishes_belongs_to_the_conversation_and_the_trace() {
    let (_broker, _memory, bus) = memory_bus();
    let log: Log<Envelope> = Log::new();
    let seen = log.clone();
    let answer = |event: CallCreated, publisher: Publisher| async move {
        if event.call_id == "question" {
            publisher.publish(&call("answer")).await?;
        }
        Ok::<_, HandlerError>(())
    };
    let _calld = Service::builder("calld", bus.clone())
        .on(answer)
        .build()
        .unwrap();
    let _calld = _calld.start().await.unwrap();
    let keep = move |envelope: Envelope| {
        seen.push(envelope);
        async {}
    };
    let audit = Service::builder("audit", bus.clone())
        .on_name("*", keep)
        .build()
        .unwrap();
    let _audit = audit.start().await.unwrap();

    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    bus.publisher()
        .publish(&call("question"))
        .header(TRACEPARENT, trace)
        .await
        .unwrap();

    let envelopes = log.wait_for(2).await;
    let (question, answer) = (&envelopes[0], &envelopes[1]);
    let id = question.id().unwrap().to_string();
    assert_eq!(answer.properties().causation_id(), Some(id.as_str()));
    assert_eq!(answer.properties().correlation_id(), Some(id.as_str()));
    let carried = answer.headers().text(TRACEPARENT).unwrap();
    assert_eq!(carried[..36], trace[..36], "the trace is the same");
    assert_ne!(carried[36..52], trace[36..52], "the span is its own");
}

#[tokio::test(start_paused = true)]
async fn an_event_nobody_handles_is_acked_and_never_read() {
    let (broker, _memory, bus) = memory_bus();
    let service = Service::builder("audit", bus.clone())
        .on_name("chat_*", |_context: Context| async {})
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let nothing_readable = bus
        .publisher()
        .publish(&call("42"))
        .encode()
        .unwrap()
        .with_body(vec![0xff; 1000]);
    bus.publisher()
        .publish_envelope(nothing_readable, Default::default())
        .await
        .unwrap();
    eventually(|| service.handle().ended(&Ending::Unhandled) == 1).await;
    assert_eq!(broker.stats().in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn handlers_come_and_go_while_the_service_runs() {
    let (broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let note = |word: &'static str| {
        let log = log.clone();
        move |_event: CallCreated| {
            log.push(word);
            async {}
        }
    };
    let quiet = Service::builder("audit", bus.clone())
        .on_name("nothing_yet", |_context: Context| async {})
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let handle = quiet.handle();
    assert!(
        bus.publisher()
            .publish(&call("0"))
            .await
            .unwrap()
            .is_unroutable()
    );

    let first = handle
        .on(HandlerOptions::new(), note("first"))
        .await
        .unwrap();
    bus.publisher().publish(&call("1")).await.unwrap();
    assert_eq!(log.wait_for(1).await, ["first"]);

    let second = handle
        .on(HandlerOptions::new(), note("second"))
        .await
        .unwrap();
    assert!(handle.remove(first).await.unwrap());
    assert!(!handle.remove(first).await.unwrap(), "it is there no more");
    bus.publisher().publish(&call("2")).await.unwrap();
    assert_eq!(log.wait_for(2).await, ["first", "second"]);

    assert!(handle.remove(second).await.unwrap());
    assert!(
        bus.publisher()
            .publish(&call("3"))
            .await
            .unwrap()
            .is_unroutable()
    );
    assert_eq!(broker.stats().bindings, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lane_keeps_its_order_while_others_run() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    // Lane `a` is slow; were it not a lane, its quick second event would be done first.
    let handler = move |event: CallCreated| {
        let seen = seen.clone();
        async move {
            let wait = if event.call_id == "a1" { 1_000 } else { 1 };
            tokio::time::sleep(Duration::from_millis(wait)).await;
            seen.push(event.call_id);
        }
    };
    let lane = |context: &Context| {
        let key = context.envelope().routing_key().as_str();
        key.split('.').nth(1).map(|call| call[..1].to_owned())
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .lanes(Lanes::by(lane))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for id in ["a1", "a2", "b1", "b2"] {
        bus.publisher().publish(&call(id)).await.unwrap();
    }
    assert_eq!(log.wait_for(4).await, ["b1", "b2", "a1", "a2"]);
}

#[tokio::test(start_paused = true)]
async fn a_strict_lane_waits_for_its_retry() {
    let (broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push((event.call_id.clone(), attempt));
        async move {
            if event.call_id == "1" && attempt < 3 {
                return Err(HandlerError::retry("not yet"));
            }
            Ok(())
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .retry(RetryPolicy::ladder([Duration::from_secs(1); 4]).without_jitter())
        .lanes(Lanes::by_tenant().strict())
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for id in ["1", "2"] {
        bus.publisher().publish(&call(id)).await.unwrap();
    }
    let expected = [("1", 1), ("1", 2), ("1", 3), ("2", 1)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(log.wait_for(4).await, expected);
    assert_eq!(log.millis(), [0, 1_000, 2_000, 2_000]);
    eventually(|| broker.stats().in_flight == 0).await;
}

#[tokio::test(start_paused = true)]
async fn draining_finishes_what_runs_and_hands_the_rest_back() {
    let (broker, _memory, bus) = memory_bus();
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let handler = move |_event: CallCreated| {
        let gate = Arc::clone(&gate);
        async move { gate.notified().await }
    };
    let service = Service::builder("billing", bus.clone())
        .on(handler)
        .prefetch(20)
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for id in 0..120 {
        bus.publisher()
            .publish(&call(id.to_string()))
            .await
            .unwrap();
    }
    eventually(|| broker.stats().in_flight == 20).await;
    let handle = service.handle();
    let draining = tokio::spawn(service.drain());
    eventually(|| handle.health() == Health::Draining && broker.stats().members == 0).await;
    release.notify_waiters();
    let report = draining.await.unwrap().unwrap();
    assert_eq!((report.finished, report.cancelled), (20, 0));
    assert_eq!(handle.health(), Health::Closed);
    let stats = broker.stats();
    assert_eq!((stats.unread, stats.in_flight), (100, 0), "nothing is lost");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_cut_at_the_deadline_and_its_event_goes_to_another() {
    let (_broker, _memory, bus) = memory_bus();
    let stuck = |_event: CallCreated| std::future::pending::<()>();
    let service = Service::builder("billing", bus.clone())
        .on(stuck)
        .handler_timeout(None)
        .drain_timeout(Duration::from_secs(3))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let report = service.drain().await.unwrap();
    assert_eq!((report.finished, report.cancelled), (0, 1));

    let log = Log::new();
    let seen = log.clone();
    let good = move |event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push((event.call_id, attempt));
        async {}
    };
    let second = Service::builder("billing", bus.clone())
        .on(good)
        .build()
        .unwrap();
    let _second = second.start().await.unwrap();
    assert_eq!(
        log.wait_for(1).await,
        [("42".to_owned(), 2)],
        "the attempt counted"
    );
}

#[tokio::test(start_paused = true)]
async fn tower_layers_go_around_every_handler() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let handler = move |_event: CallCreated, AttemptNumber(attempt): AttemptNumber| {
        seen.push(attempt);
        async move {
            if attempt == 1 {
                std::future::pending::<()>().await;
            }
            Ok::<_, HandlerError>(())
        }
    };
    let _service = Service::builder("billing", bus.clone())
        .on(handler)
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .layer(tower::limit::GlobalConcurrencyLimitLayer::new(1))
        .retry(RetryPolicy::ladder([Duration::from_secs(1)]).without_jitter())
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    assert_eq!(log.wait_for(2).await, [1, 2]);
    assert_eq!(log.millis(), [0, 2_000]);
}

#[tokio::test(start_paused = true)]
async fn what_a_handler_says_of_retries_passes_through_layers() {
    let (broker, _memory, bus) = memory_bus();
    let handler = |_event: CallCreated| async { Err::<(), _>(HandlerError::reject("never")) };
    let service = Service::builder("billing", bus.clone())
        .on(handler)
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    eventually(|| broker.stats().dead_letters == 1).await;
    drop(service);
}

#[tokio::test(start_paused = true)]
async fn health_follows_the_link() {
    let (broker, _memory, bus) = memory_bus();
    let service = Service::builder("billing", bus.clone())
        .on(|_event: CallCreated| async {})
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let handle = service.handle();
    assert_eq!(handle.health(), Health::Running);
    broker.stop();
    assert!(matches!(handle.health(), Health::Degraded { .. }));
    broker.start();
    assert_eq!(handle.health(), Health::Running);
    service.drain().await.unwrap();
    assert_eq!(handle.health(), Health::Closed);
}

/// Two handlers that each wait, on their thread, for the other to be at work.
#[expect(clippy::unwrap_used, reason = "a test may")]
async fn meet_on_threads(options: HandlerOptions) -> Vec<Result<(), mpsc::RecvTimeoutError>> {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let (to_second, from_first) = mpsc::channel();
    let (to_first, from_second) = mpsc::channel();
    let meet = |tell: mpsc::Sender<()>, heard: mpsc::Receiver<()>| {
        let (log, heard) = (log.clone(), Arc::new(Mutex::new(heard)));
        move |_context: Context| {
            let (log, tell, heard) = (log.clone(), tell.clone(), Arc::clone(&heard));
            async move {
                tell.send(()).unwrap();
                let patience = Duration::from_millis(500);
                log.push(heard.lock().unwrap().recv_timeout(patience));
            }
        }
    };
    let service = Service::builder("rated", bus.clone())
        .on_name_with(options.clone(), "call_*", meet(to_second, from_second))
        .on_name_with(options, "*_created", meet(to_first, from_first));
    let _running = service.build().unwrap().start().await.unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    log.wait_for(2).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spawned_handlers_compute_beside_each_other() {
    let met = meet_on_threads(HandlerOptions::new().spawned()).await;
    assert_eq!(met, [Ok(()), Ok(())]);
    let alone = meet_on_threads(HandlerOptions::new()).await;
    assert!(alone.contains(&Err(mpsc::RecvTimeoutError::Timeout)));
}

#[tokio::test(start_paused = true)]
async fn a_spawned_handler_that_panics_or_takes_too_long_fails_that_one_delivery() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let (seen, held) = (log.clone(), Arc::new(()));
    let holding = Arc::clone(&held);
    let handler = move |AttemptNumber(attempt): AttemptNumber| {
        seen.push(attempt);
        let holding = Arc::clone(&holding);
        async move {
            match attempt {
                1 => panic!("the rate is unknown"),
                2 => {
                    let _holding = holding;
                    std::future::pending().await
                }
                _ => {}
            }
        }
    };
    let service = Service::builder("rated", bus.clone())
        .on_name("call_created", handler)
        .handler_timeout(Duration::from_secs(1))
        .spawn_handlers();
    let running = service.build().unwrap().start().await.unwrap();
    bus.publisher().publish(&call("42")).await.unwrap();
    assert_eq!(log.wait_for(3).await, [1, 2, 3]);
    running.handle().settled(1).await;
    assert_eq!(running.handle().ended(&Ending::Acked), 1);
    drop(running);
    // What took too long was cancelled, with all it held.
    eventually(|| Arc::strong_count(&held) == 1).await;
}

#[tokio::test(start_paused = true)]
async fn handlers_that_come_and_go_at_once_leave_the_bindings_of_those_that_stay() {
    let (_broker, _memory, bus) = memory_bus();
    let service = Service::builder("billing", bus.clone());
    let service = service.on_name("unrelated", |_: Context| async {});
    let running = service.build().unwrap().start().await.unwrap();
    let named = || Binding::builder().name("call_created").build().unwrap();
    let options = || HandlerOptions::new().named("passing");
    for _ in 0..50 {
        let changes = (0..4).map(|_| {
            let handle = running.handle();
            async move {
                let ignore = |_: Context| async {};
                let id = handle.on_binding(options(), named(), ignore).await;
                tokio::task::yield_now().await;
                assert!(handle.remove(id.unwrap()).await.unwrap());
            }
        });
        let log = Log::new();
        let (seen, handle) = (log.clone(), running.handle());
        let note = move |EventName(name): EventName| {
            seen.push(name);
            async {}
        };
        let staying = async { handle.on_binding(options(), named(), note).await.unwrap() };
        let (id, _) = tokio::join!(staying, futures_util::future::join_all(changes));
        bus.publisher().publish(&call("1")).await.unwrap();
        log.wait_for(1).await;
        assert!(handle.remove(id).await.unwrap());
    }
    let receipt = bus.publisher().publish(&call("2")).await.unwrap();
    assert!(receipt.is_unroutable(), "nobody wants it any more");
}

#[tokio::test(start_paused = true)]
async fn an_addition_given_up_while_the_broker_is_away_leaves_no_handler() {
    let (broker, _memory, bus) = memory_bus();
    let service = Service::builder("billing", bus.clone());
    let service = service.on_name("unrelated", |_: Context| async {});
    let running = service.build().unwrap().start().await.unwrap();
    let handle = running.handle();
    let named = Binding::builder().name("call_created").build().unwrap();
    broker.stop();
    let options = HandlerOptions::new().named("late");
    let adding = handle.on_binding(options, named, |_: Context| async {});
    let added = tokio::time::timeout(Duration::from_secs(1), adding).await;
    assert!(added.is_err(), "it waits for the broker");
    assert!(!handle.handlers().iter().any(|name| &**name == "late"));
    broker.start();
    let receipt = bus.publisher().publish(&call("1")).await.unwrap();
    assert!(receipt.is_unroutable());
}
