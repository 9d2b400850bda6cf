//! What is logged of plugins and measured of them.

use std::collections::BTreeMap;
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tracing::level_filters::LevelFilter;

use crate::log::Log;
use crate::support::{Source, Stage, eventually};

#[tokio::test]
async fn a_plugin_logs_so_many_lines_a_second_and_how_many_were_dropped_is_told() {
    let stage = Stage::with(|options| options.defaults.log_per_s = 5).await;
    let log = Log::down_to(LevelFilter::INFO);
    let guard = tracing::subscriber::set_default(log.clone());
    let handle = "for (int i = 0; i < 1000; i++) tl_log(host, token, TL_LOG_INFO, \"noise\");
                  tl_log(host, token, TL_LOG_TRACE, \"too quiet for this log\");";
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    // The clock may have struck in between.
    let dropped = stage.plugin("a").counts.dropped_logs;
    assert!((980..=995).contains(&dropped), "{dropped}");
    assert_eq!(log.lines("noise").len() as u64, 1000 - dropped);
    // Told with the next line that is logged, in another second; and the rest at the end.
    let told = || {
        let lines = log.lines("it logged more than 5 lines in a second (`log_per_s`)");
        let dropped = lines.iter().map(|line| &line.fields["dropped"]);
        dropped
            .map(|count| count.parse::<u64>().unwrap())
            .sum::<u64>()
    };
    for _ in 0..100 {
        if told() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        stage.ping().await;
    }
    assert!(told() > 0, "it was never told");
    stage.host.unload("a").await;
    let line = log.lines("it logged more").remove(0);
    assert_eq!(line.fields["plugin"], "\"a\"");
    assert!(line.text.ends_with("the rest was dropped"), "{}", line.text);
    let total = told();
    assert!(total >= dropped, "{total} of {dropped} and more");
    // A thousand lines an event: each was logged, or is among those.
    assert_eq!((total + log.lines("noise").len() as u64) % 1000, 0);
    drop(guard);
    stage.end().await;
}

#[tokio::test]
async fn a_line_that_is_too_long_is_cut_between_characters() {
    let stage = Stage::new().await;
    let log = Log::down_to(LevelFilter::INFO);
    let guard = tracing::subscriber::set_default(log.clone());
    // One byte and many of two: the limit of 8192 is in the middle of one.
    let handle = r#"
        static char line[9002];
        line[0] = 'x';
        for (int i = 1; i < 9001; i += 2) { line[i] = (char)0xc3; line[i + 1] = (char)0xa9; }
        tl_log(host, token, TL_LOG_INFO, line);
        tl_log(host, token, TL_LOG_INFO, "next");"#;
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("logged", || log.lines("next").len() == 1).await;
    let line = log.lines("xé").remove(0);
    assert_eq!(line.text.len(), 8191);
    assert!(line.text.ends_with('é'));
    // With the event it belongs to.
    assert!(line.fields.contains_key("event"), "{:?}", line.fields);
    drop(guard);
    stage.end().await;
}

/// The gauges of a plugin as they were set last; each look takes them away.
fn gauges_of(snapshotter: &Snapshotter, plugin: &str) -> BTreeMap<String, f64> {
    let is_its = |label: &metrics::Label| label.key() == "plugin" && label.value() == plugin;
    let snapshot = snapshotter.snapshot().into_vec();
    let found = snapshot.into_iter().filter_map(|(key, _, _, value)| {
        let key = key.key();
        match value {
            DebugValue::Gauge(value) if key.labels().any(is_its) => {
                Some((key.name().to_owned(), value.into_inner()))
            }
            _ => None,
        }
    });
    found.collect()
}

/// Whether a plugin is active, and its generation.
fn gauges(snapshotter: &Snapshotter, plugin: &str) -> (f64, f64) {
    let gauges = gauges_of(snapshotter, plugin);
    let value = |name: &str| gauges[name];
    (
        value("trunkline_plugin_active"),
        value("trunkline_plugin_generation"),
    )
}

#[tokio::test]
async fn gauges_say_whether_a_plugin_is_active_and_which_generation_it_is() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let stage = Stage::with(|options| options.defaults.panics = 1).await;
    let panics = Source::new("a", "inline", "return TL_PANIC;");
    stage.load("a.so", &panics).await;
    assert_eq!(gauges(&snapshotter, "a"), (1.0, 1.0));
    stage.load("a.so", &panics).await;
    assert_eq!(gauges(&snapshotter, "a"), (1.0, 2.0));
    stage.ping().await;
    eventually("quarantined", || {
        stage.plugin("a").state.as_str() == "quarantined"
    })
    .await;
    assert_eq!(gauges(&snapshotter, "a"), (0.0, 2.0));
    stage.load("a.so", &Source::new("a", "inline", "")).await;
    assert_eq!(gauges(&snapshotter, "a"), (1.0, 3.0));
    stage.host.unload("a").await;
    assert_eq!(gauges(&snapshotter, "a"), (0.0, 3.0));
    drop(guard);
    stage.end().await;
}

#[tokio::test]
async fn what_is_in_a_plugins_hands_is_shown_whichever_version_has_it() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let stage = Stage::with(|options| options.drain_timeout = Duration::from_millis(50)).await;
    let in_flight = || gauges_of(&snapshotter, "a")["trunkline_plugin_in_flight"];
    let keeps = Source::new("a", "async", "return TL_PENDING;");
    stage.load("a.so", &keeps).await;
    assert_eq!(in_flight(), 0.0);
    stage.ping().await;
    stage.ping().await;
    eventually("two are shown", || in_flight() == 2.0).await;
    assert_eq!(stage.plugin("a").in_flight, 2);
    // What the old version keeps it keeps, though they were handed back and done by the new one.
    stage.load("a.so", &Source::new("a", "inline", "")).await;
    eventually("both are done", || stage.plugin("a").counts.done == 2).await;
    eventually("the old one ended", || {
        stage.plugin("a").counts.retired == 1
    })
    .await;
    assert_eq!((stage.plugin("a").in_flight, in_flight()), (2, 2.0));
    stage.host.unload("a").await;
    assert_eq!(in_flight(), 2.0, "it has them still");
    drop(guard);
    stage.end().await;
}

#[tokio::test]
async fn what_a_plugin_uses_of_the_processor_on_threads_of_its_pool_is_shown() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let stage = Stage::with(|options| options.stop_timeout = Duration::from_millis(50)).await;
    let seconds = |plugin: &str| {
        let gauges = gauges_of(&snapshotter, plugin);
        gauges.get("trunkline_plugin_cpu_seconds").copied()
    };
    // It works until it is told to stop, and never comes back before.
    let busy = "while (!__atomic_load_n(&stopped, __ATOMIC_SEQ_CST)) {}";
    stage.load("a.so", &Source::new("a", "sync", busy)).await;
    stage.load("b.so", &Source::new("b", "inline", "")).await;
    assert_eq!(stage.plugin("a").cpu_ms, None);
    stage.ping().await;
    let used = || stage.plugin("a").cpu_ms.unwrap_or_default();
    eventually("it is measured while it works", || used() >= 20).await;
    eventually("it is shown", || seconds("a") >= Some(0.02)).await;
    assert_eq!(stage.plugin("b").cpu_ms, None, "it has no threads");
    assert_eq!(seconds("b"), None);
    // A new version's threads count with those before.
    let before = used();
    stage
        .load("a.so", &Source::new("a", "sync", "note(10);"))
        .await;
    stage.ping().await;
    eventually("the new one works", || stage.ledger.get(10) == 1).await;
    assert!(used() >= before, "{} after {before}", used());
    drop(guard);
    stage.end().await;
}

#[tokio::test]
async fn a_debug_build_is_loaded_with_a_warning() {
    let stage = Stage::new().await;
    let log = Log::down_to(LevelFilter::INFO);
    let guard = tracing::subscriber::set_default(log.clone());
    let debug = Source::new("a", "inline", "note(10);");
    let debug = debug.meta("TL_META_WITH(1, 0, TL_META_CANNOT_ABORT | TL_META_DEBUG_BUILD,");
    stage.load("a.so", &debug).await;
    assert_eq!(log.lines("is a debug build").len(), 1);
    stage
        .load("a.so", &Source::new("a", "inline", "note(10);"))
        .await;
    assert_eq!(log.lines("is a debug build").len(), 1, "of that one alone");
    stage.ping().await;
    eventually("it works", || stage.ledger.get(10) == 1).await;
    drop(guard);
    stage.end().await;
}

#[tokio::test]
async fn what_a_plugin_measures_itself_is_shown_under_its_name_and_bounded() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let stage = Stage::new().await;
    let handle = r#"
        char name[16];
        host->metric(host->ctx, TL_METRIC_COUNTER, tl_str("billed"), 3.0);
        host->metric(host->ctx, TL_METRIC_COUNTER, tl_str("billed"), -1.0);
        host->metric(host->ctx, TL_METRIC_GAUGE, tl_str("open"), -2.5);
        host->metric(host->ctx, TL_METRIC_HISTOGRAM, tl_str("cents"), 7.0);
        host->metric(host->ctx, 99, tl_str("of no kind"), 1.0);
        for (int n = 0; n < 1000; n++) {
            snprintf(name, sizeof name, "more-%d", n);
            host->metric(host->ctx, TL_METRIC_GAUGE, tl_str(name), 1.0);
        }"#;
    stage
        .load("a.so", &Source::new("a", "inline", handle))
        .await;
    stage.ping().await;
    eventually("done", || stage.plugin("a").counts.done == 1).await;
    let mut names = 0;
    let mut found = BTreeMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let (key, value) = (key.key().clone(), value);
        if !key.name().starts_with("trunkline_plugin_custom") {
            continue;
        }
        names += 1;
        let label = |name: &str| {
            let mut labels = key.labels();
            labels
                .find(|label| label.key() == name)
                .unwrap()
                .value()
                .to_owned()
        };
        assert_eq!(label("plugin"), "a");
        found.insert((key.name().to_owned(), label("name")), value);
    }
    let of = |metric: &str, name: &str| &found[&(metric.to_owned(), name.to_owned())];
    let billed = of("trunkline_plugin_custom_total", "billed");
    assert_eq!(*billed, DebugValue::Counter(3));
    let open = of("trunkline_plugin_custom", "open");
    assert_eq!(*open, DebugValue::Gauge((-2.5).into()));
    let cents = of("trunkline_plugin_custom_values", "cents");
    assert_eq!(*cents, DebugValue::Histogram(vec![7.0.into()]));
    // Nobody's collector is drowned in names; the one of no kind took a place.
    assert_eq!(names, 63);
    drop(guard);
    stage.end().await;
}
