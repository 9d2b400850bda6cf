//! Faults of Kazoo's own parts, which are not copied. Those of the websocket alone are not here.

use trunkline_core::{Binding, HandlerOptions, KeyPattern, Service};
use trunkline_kazoo::{Family, Message, document_pattern, encode_word, month_database};

use crate::support::{ACME, OTHER, Stage, call, of_call};

fn matches(pattern: &str, key: &str) -> bool {
    KeyPattern::new(pattern).unwrap().matches(key)
}

#[tokio::test(start_paused = true)]
async fn malformed_events_do_not_end_the_subscription() {
    let stage = Stage::new();
    let service = Service::builder("calls", stage.bus.clone())
        .on_binding(
            Binding::builder().key("call.#").build().unwrap(),
            stage.note("seen"),
        )
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let good = of_call(&call("CHANNEL_HOLD", "c", Some(ACME)));
    for body in ["", "not json", "\u{1}", "[]", r#"{"Event-Name":[1]}"#] {
        stage.deliver(good.clone().with_body(body)).await;
    }
    stage.deliver(good).await;
    service.handle().settled(6).await;
    assert!(service.handle().health().is_running());
}

#[tokio::test(start_paused = true)]
async fn one_of_two_equal_handlers_may_go_without_taking_the_others_binding() {
    let stage = Stage::new();
    let service = Service::builder("calls", stage.bus.clone())
        .on_name("OTHER", stage.note("other"))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let handle = service.handle();
    let binding = || {
        Binding::builder()
            .key("call.CHANNEL_HOLD.*")
            .build()
            .unwrap()
    };
    let options = HandlerOptions::new;
    let first = handle
        .on_binding(options(), binding(), stage.note("first"))
        .await
        .unwrap();
    let second = handle
        .on_binding(options(), binding(), stage.note("second"))
        .await
        .unwrap();
    assert!(handle.remove(first).await.unwrap());
    assert!(!handle.remove(first).await.unwrap(), "it was there once");
    stage
        .deliver(of_call(&call("CHANNEL_HOLD", "c", Some(ACME))))
        .await;
    handle.settled(1).await;
    assert_eq!(stage.noted(), ["second"]);
    // And the last one does take it: nothing is left bound.
    assert!(handle.remove(second).await.unwrap());
    let receipt = stage
        .deliver(of_call(&call("CHANNEL_HOLD", "c", Some(ACME))))
        .await;
    assert!(receipt.is_unroutable());
}

#[test]
fn a_star_in_a_routing_key_is_a_word_and_no_wildcard() {
    let json = r#"{"Event-Category":"fax","Event-Name":"status","App-Name":"a","App-Version":"1",
        "Msg-ID":"m","Node":"n","Job-ID":"j"}"#;
    let published = Message::parse(json).unwrap().publish("n").unwrap();
    assert_eq!(published.routing_key, "fax.status.*.j");
    assert_eq!(published.exchange, Family::Fax.exchange());
    for account in [ACME, OTHER] {
        assert!(!matches(
            &format!("fax.status.{account}.*"),
            &published.routing_key
        ));
    }
    assert!(matches("fax.status.*.*", &published.routing_key));
}

#[tokio::test(start_paused = true)]
async fn an_event_wanted_by_wide_and_narrow_bindings_comes_once_to_each_handler() {
    let stage = Stage::new();
    let key = |key: &str| Binding::builder().key(key).build().unwrap();
    let both = Binding::builder()
        .key("call.*.*")
        .key("call.CHANNEL_HOLD.#")
        .build()
        .unwrap();
    let service = Service::builder("calls", stage.bus.clone())
        .on_binding(key("#"), stage.note("system"))
        .on_binding(key("call.CHANNEL_HOLD.*"), stage.note("narrow"))
        .on_binding(both, stage.note("both"))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    stage
        .deliver(of_call(&call("CHANNEL_HOLD", "c", Some(ACME))))
        .await;
    service.handle().settled(1).await;
    service.drain().await.unwrap();
    assert_eq!(stage.noted(), ["both", "narrow", "system"]);
}

#[test]
fn the_months_database_is_that_of_the_month_asked_for() {
    let march = month_database(ACME, 2024, 3).unwrap();
    let april = month_database(ACME, 2024, 4).unwrap();
    assert_ne!(march, april);
    assert!(march.ends_with("-202403") && april.ends_with("-202404"));
}

#[test]
fn an_action_without_its_prefix_asks_for_what_is_published() {
    let pattern = document_pattern(["created", "db", "fax", "*"]);
    assert!(matches(&pattern, "doc_created.db.fax.id"));
    for (action, written) in [
        ("doc_created", "doc_created"),
        ("db_edited", "db_edited"),
        ("*", "*"),
    ] {
        let pattern = document_pattern([action, "db", "*", "*"]);
        assert_eq!(pattern, format!("{written}.db.*.*"));
    }
}

#[test]
fn an_id_with_unsafe_characters_is_the_same_in_key_and_pattern() {
    let json = r#"{"Event-Category":"configuration","Event-Name":"doc_edited","App-Name":"a",
        "App-Version":"1","Msg-ID":"m","Node":"n","ID":"a.b/c","Database":"db","Type":"user"}"#;
    let published = Message::parse(json).unwrap().publish("n").unwrap();
    assert!(matches(
        &document_pattern(["edited", "db", "user", "a.b/c"]),
        &published.routing_key
    ));
    assert!(published.routing_key.ends_with(&encode_word("a.b/c")));
}
