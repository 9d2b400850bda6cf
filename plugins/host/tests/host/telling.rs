//! What is logged of plugins and measured of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::support::{Source, Stage, eventually};

/// A log that keeps the lines down to INFO.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Line>>>);

#[derive(Clone, Default)]
struct Line {
    text: String,
    fields: BTreeMap<&'static str, String>,
}

impl Log {
    /// The lines that have this in their text.
    fn lines(&self, text: &str) -> Vec<Line> {
        let lines = self.0.lock().unwrap();
        let found = lines.iter().filter(|line| line.text.contains(text));
        found.cloned().collect()
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.text = format!("{value:?}"),
            name => drop(self.fields.insert(name, format!("{value:?}"))),
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.lock().unwrap().push(line);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_plugin_logs_so_many_lines_a_second_and_how_many_were_dropped_is_told() {
    let stage = Stage::with(|options| options.defaults.log_per_s = 5).await;
    let log = Log::default();
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
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
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
    let log = Log::default();
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

/// The gauges of a plugin: whether it is active, and its generation.
fn gauges(snapshotter: &Snapshotter, plugin: &str) -> (f64, f64) {
    let mut found = (f64::NAN, f64::NAN);
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let is_its = |label: &metrics::Label| label.key() == "plugin" && label.value() == plugin;
        let (true, DebugValue::Gauge(value)) = (key.key().labels().any(is_its), value) else {
            continue;
        };
        match key.key().name() {
            "trunkline_plugin_active" => found.0 = value.into_inner(),
            "trunkline_plugin_generation" => found.1 = value.into_inner(),
            _ => {}
        }
    }
    found
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
