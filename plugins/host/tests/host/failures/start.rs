//! Plugins that do not start.

use std::time::Duration;

use super::{good, refusal_of, refusal_where};
use crate::support::Stage;

#[tokio::test]
async fn an_entry_that_fails_panics_or_hangs_is_refused() {
    let fails =
        good().init("return tl_complete(host, 0, TL_FAILED, \"missing config key \\\"from\\\"\");");
    assert_eq!(
        refusal_of(&fails).await,
        "init failed: missing config key \"from\""
    );
    let fails = good().init("return -1;");
    assert_eq!(refusal_of(&fails).await, "init failed: status -1");
    let panics = good().init("return tl_complete(host, 0, TL_PANIC, \"at src/lib.rs:11: oh\");");
    assert_eq!(
        refusal_of(&panics).await,
        "panicked in init: at src/lib.rs:11: oh"
    );
    let hangs = good().init("for (;;) pause();");
    let text = refusal_where(&hangs, |options| {
        options.start_timeout = Duration::from_millis(500);
    });
    assert_eq!(text.await, "did not start within 500ms");
    let without = good().init("out->handle = 0;");
    assert_eq!(
        refusal_of(&without).await,
        "its entry gave no `handle` function"
    );
    let short = good().init("out->size = 16;");
    assert_eq!(
        refusal_of(&short).await,
        "its entry gave no `handle` function"
    );
}

#[tokio::test]
async fn more_generations_than_allowed_are_refused_with_a_sentence() {
    let stage = Stage::with(|options| options.generations = 0).await;
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains(
            " plugin versions were loaded in this process, as many as it may have; restart it"
        ),
        "{text}"
    );
    stage.end().await;
}
