//! What plugins with the SDK log, in their host's log: their own copies of `tracing` know of none.

use serde_json::json;
use tracing::level_filters::LevelFilter;

use crate::log::{Line, Log};
use crate::{Stage, eventually};

/// Whether a line is of this place in this plugin.
fn is_of(line: &Line, plugin: &str, target: &str) -> bool {
    let has = |field: &str, text: &str| line.fields.get(field) == Some(&format!("{text:?}"));
    has("plugin", plugin) && has("target", target)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plugin_logs_is_in_the_hosts_log_with_its_event_as_far_as_the_host_logs() {
    let log = Log::down_to(LevelFilter::INFO);
    // Plugins log on threads of their own, too. Other tests log as they please.
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let stage = Stage::new().await;
    stage.load("call-stats", "every = 1").await;
    let mut started = log.lines("counting calls every=");
    // Not those of other tests in this process.
    started.retain(|line| line.text.ends_with("=1"));
    assert_eq!(started.len(), 1);
    assert!(is_of(&started[0], "call-stats", "call_stats"));
    assert_eq!(started[0].fields.get("event"), None, "at none");
    let end_a_call = async |done: u64| {
        stage.publish("call_ended", json!({ "call_id": "1" })).await;
        eventually("ended", || stage.plugin("call-stats").counts.done == done).await;
    };
    end_a_call(1).await;
    assert!(log.lines("summary tenant=acme").is_empty(), "too quiet");
    // The host is told to log more, as operators do while it runs.
    log.turn_to(LevelFilter::DEBUG);
    end_a_call(2).await;
    let summary = log.lines("summary tenant=acme ended=2");
    assert_eq!(summary.len(), 1);
    assert!(is_of(&summary[0], "call-stats", "call_stats"));
    assert!(summary[0].fields.contains_key("event"));

    // A panic is told there too, and where it was.
    stage.load("misbehaving", "").await;
    let panics = json!({ "how": "panic_once" });
    stage.publish("misbehave_later", panics).await;
    eventually("done then", || stage.plugin("misbehaving").counts.done == 1).await;
    let panicked = log.lines("panicked at plugins/samples/misbehaving/src/lib.rs:");
    let own: Vec<_> = panicked
        .iter()
        .filter(|line| line.text.ends_with("told to panic once"))
        .filter(|line| is_of(line, "misbehaving", "panic") && line.fields.contains_key("event"))
        .collect();
    assert!(!own.is_empty());
    // And what is logged through the crate `log`.
    let told = log.lines("told to PanicOnce, later");
    let is_its = |line: &&Line| is_of(line, "misbehaving", "misbehaving");
    assert!(
        told.iter()
            .filter(is_its)
            .any(|line| line.fields.contains_key("event"))
    );
    stage.end().await;
}
