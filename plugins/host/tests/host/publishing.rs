//! What plugins publish, and how much of it.

use serde_json::json;

use crate::support::{Source, Stage, eventually};

#[tokio::test]
async fn what_a_plugin_publishes_belongs_to_the_conversation_and_is_confirmed() {
    let stage = Stage::new().await;
    let code = r#"
        static void published(void *state, uint64_t op, const tl_reply *reply) {
            (void)state;
            if (op == 7 && reply->status == TL_OK) note(11);
        }
        static int32_t say(const char *name, uint64_t token, uint64_t op) {
            tl_bytes user = tl_str("u1");
            tl_header header = { .name = tl_str("retries"), .value = tl_str("3"), .kind = TL_HEADER_INT };
            tl_publication event = {
                .size = sizeof event, .level = TL_LEVEL_USER, .name = tl_str(name),
                .routing_key = tl_str("pongs.{n}"), .tenant = tl_str("acme"), .users = &user,
                .user_count = 1, .headers = &header, .header_count = 1, .content = tl_str("{\"n\":5}"),
            };
            return host->publish(host->ctx, token, &event, op);
        }
    "#;
    let handle = r#"
        if (say("pong", token, 7) == TL_OK) note(10);
        if (say("forbidden", token, 0) == TL_DENIED) note(12);
    "#;
    let source = Source::new("a", "sync", handle).code(code);
    stage
        .load("a.so", &source.init("out->published = published;"))
        .await;
    let hears = Source::with_manifest(
        &json!({"name": "hears", "handlers": [{"id": 0, "events": ["pong"], "keys": ["pongs.5"],
            "headers": {"retries": 3}, "kind": "inline"}]}),
        r#"
        tl_audience audience = { .size = sizeof audience };
        if (host->audience(host->ctx, token, &audience) == TL_OK && audience.user_count == 1
            && tl_equal(audience.users[0], tl_str("u1"))) note(13);
        "#,
    );
    stage.load("hears.so", &hears).await;
    stage.ping().await;
    eventually("confirmed", || stage.ledger.get(11) == 1).await;
    eventually("heard", || stage.ledger.get(13) == 1).await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(12)), (1, 1));
    let counts = stage.plugin("a").counts;
    assert_eq!((counts.published, counts.denied), (1, 1));
    stage.end().await;
}

#[tokio::test]
async fn a_flood_of_publishes_is_refused_and_not_kept() {
    let stage = Stage::with(|options| options.defaults.publish_queue = 8).await;
    let handle = r#"
        tl_publication out = {
            .size = sizeof out, .level = TL_LEVEL_SERVICE, .name = tl_str("pong"),
            .routing_key = tl_str("pong"), .content = tl_str("{}"),
        };
        for (int at = 0; at < 1000; at++)
            note(host->publish(host->ctx, token, &out, 0) == TL_OK ? 10 : 11);
    "#;
    // On this test's only thread: nothing is taken away meanwhile.
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(11)), (8, 992));
    assert_eq!(stage.plugin("a").counts.limited, 992);
    eventually("published", || stage.plugin("a").counts.published == 8).await;
    stage.end().await;
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_at_once() {
    let stage = Stage::new().await;
    let handle = r#"
        tl_publication out = {
            .size = sizeof out, .level = TL_LEVEL_TENANT, .name = tl_str("pong"),
            .routing_key = tl_str("pong"), .content = tl_str("{}"),
        };
        if (host->publish(host->ctx, token, &out, 0) == TL_FAILED) note(10);
        out.level = 99;
        if (host->publish(host->ctx, token, &out, 0) == TL_FAILED) note(11);
        out.level = TL_LEVEL_SERVICE;
        out.content = tl_str("[1]");
        if (host->publish(host->ctx, token, &out, 0) == TL_FAILED) note(12);
        out.content = tl_str("{}");
        out.routing_key = tl_str("pong.{");
        if (host->publish(host->ctx, token, &out, 0) == TL_FAILED) note(13);
        out.size = 16;
        if (host->publish(host->ctx, token, &out, 0) == TL_UNSUPPORTED) note(14);
        if (host->publish(host->ctx, token, 0, 0) == TL_FAILED) note(15);
    "#;
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    let seen: Vec<_> = (10..16).map(|at| stage.ledger.get(at)).collect();
    assert_eq!(seen, [1, 1, 1, 1, 1, 1]);
    stage.end().await;
}

#[tokio::test]
async fn a_plugin_publishes_so_many_events_a_second() {
    let stage = Stage::with(|options| options.defaults.publish_per_s = Some(3)).await;
    let handle = "
        tl_publication pong = {0};
        pong.size = (uint32_t)sizeof pong; pong.level = TL_LEVEL_SERVICE;
        pong.name = tl_str(\"pong\"); pong.routing_key = tl_str(\"pong\"); pong.content = tl_str(\"{}\");
        for (int i = 0; i < 40; i++)
            note(host->publish(host->ctx, token, &pong, 0) == TL_LIMIT ? 11 : 10);";
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    let (taken, limited) = (stage.ledger.get(10), stage.ledger.get(11));
    // The clock may have struck in between.
    assert!(taken == 3 || taken == 6, "{taken}");
    assert_eq!(
        (taken + limited, stage.plugin("a").counts.limited),
        (40, limited)
    );
    stage.end().await;
}

#[tokio::test]
async fn an_event_that_is_too_large_for_a_plugin_is_rejected_and_so_is_what_it_publishes() {
    let stage = Stage::with(|options| options.defaults.max_event_bytes = Some(64)).await;
    let handle = r#"
        static char content[100] = "{\"text\":\"";
        tl_publication pong = {0};
        pong.size = (uint32_t)sizeof pong; pong.level = TL_LEVEL_SERVICE;
        pong.name = tl_str("pong"); pong.routing_key = tl_str("pong"); pong.content = tl_str("{}");
        if (host->publish(host->ctx, token, &pong, 0) == TL_OK) note(10);
        memset(content + 9, 'x', 80); memcpy(content + 89, "\"}", 3);
        pong.content = tl_str(content);
        if (host->publish(host->ctx, token, &pong, 0) == TL_FAILED) note(11);"#;
    stage.load("a.so", &Source::new("a", "sync", handle)).await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(11)), (1, 1));
    stage
        .publish("ping", json!({ "text": "x".repeat(64) }))
        .await;
    let letters = stage.dead_letters(1).await;
    assert!(
        letters[0]
            .error
            .ends_with("is more than plugin `a` is given: `max_event_bytes` is 64"),
        "{}",
        letters[0].error
    );
    // At once: it does not get smaller.
    assert_eq!(letters[0].attempts, 1);
    let counts = stage.plugin("a").counts;
    assert_eq!((counts.too_large, counts.done, counts.refused), (1, 1, 1));
    stage.end().await;
}

#[tokio::test]
async fn an_operator_says_what_a_plugin_may_publish_whatever_its_manifest_says() {
    let stage = Stage::new().await;
    let handle = r#"
        tl_publication out = {
            .size = sizeof out, .level = TL_LEVEL_SERVICE, .name = tl_str("pong"),
            .routing_key = tl_str("pong"), .content = tl_str("{}"),
        };
        int32_t pong = host->publish(host->ctx, token, &out, 0);
        out.name = tl_str("paid_out");
        int32_t paid = host->publish(host->ctx, token, &out, 0);
        if (pong == TL_DENIED && paid == TL_OK) note(10);
        if (pong == TL_OK && paid == TL_DENIED) note(11);
    "#;
    let source = Source::new("a", "inline", handle);
    stage.load("a.so", &source).await;
    stage.ping().await;
    eventually("as its manifest says", || stage.ledger.get(11) == 1).await;
    // What the stage gives a plugin without settings is to be given here.
    let ledger = &stage.options.defaults.config["ledger"];
    let config = format!("publish = [\"paid_*\"]\n[config]\nledger = {ledger}");
    std::fs::write(stage.path("a.toml"), config).unwrap();
    stage.load("a.so", &source).await;
    stage.ping().await;
    eventually("as the operator says", || stage.ledger.get(10) == 1).await;
    assert_eq!(stage.plugin("a").counts.denied, 2);
    stage.end().await;
}
