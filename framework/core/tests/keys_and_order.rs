//! What a service asks for, and in which order it comes.

mod support;

use futures_util::future::join_all;
use support::{CallCreated, Log, call, memory_bus};
use trunkline_core::{HandlerOptions, Service, Template};

#[test]
fn a_variable_stands_for_any_number_of_segments() {
    for (template, pattern) in [
        ("calls.created", "calls.created"),
        ("calls.{call_id}.created", "calls.#.created"),
        ("calls.{tenant}.{call_id}", "calls.#"),
        ("calls.{tenant}-{call_id}.created", "calls.#.created"),
        ("users.x{user[uuid]}.y.{line}.z", "users.#.y.#.z"),
        ("{everything}", "#"),
    ] {
        let template = Template::parse(template).unwrap();
        let found = template.key_pattern();
        assert_eq!(found.as_ref().map(|found| found.as_str()), Some(pattern));
    }
    let no_key = Template::parse("calls..created").unwrap();
    assert_eq!(no_key.key_pattern(), None, "no event can have such a key");
}

#[tokio::test(start_paused = true)]
async fn an_event_asked_for_by_key_does_not_come_with_another() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let note = |who: &'static str| {
        let seen = log.clone();
        move |event: CallCreated| {
            seen.push((who, event.call_id));
            async {}
        }
    };
    let by_key = HandlerOptions::new().by_key();
    let _service = Service::builder("billing", bus.clone())
        .on_with(by_key, note("by key"))
        .on(note("by name"))
        .by_key()
        .on(note("by key, as all that follow"))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let publisher = bus.publisher();
    let moved = call("1");
    publisher
        .publish(&moved)
        .routing_key("elsewhere")
        .await
        .unwrap();
    publisher.publish(&call("2.5")).await.unwrap();
    let id = "2.5".to_owned();
    assert_eq!(
        log.wait_for(4).await,
        [
            ("by name", "1".to_owned()),
            ("by key", id.clone()),
            ("by name", id.clone()),
            ("by key, as all that follow", id),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn publishes_that_overlap_keep_their_order() {
    let (_broker, _memory, bus) = memory_bus();
    let log = Log::new();
    let seen = log.clone();
    let note = move |event: CallCreated| {
        seen.push(event.call_id);
        async {}
    };
    let service = Service::builder("billing", bus.clone()).on(note).build();
    let _service = service.unwrap().start().await.unwrap();
    let publisher = bus.publisher();
    // More than one task may do before it lets others run.
    let ids: Vec<_> = (0..1000).map(|id| id.to_string()).collect();
    let publish = |id: &String| {
        let (publisher, call) = (publisher.clone(), call(id.as_str()));
        async move { publisher.publish(&call).await }
    };
    for receipt in join_all(ids.iter().map(publish)).await {
        receipt.unwrap();
    }
    assert_eq!(log.wait_for(ids.len()).await, ids);
}
