//! A log that tests look at.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps the lines down to a level.
#[derive(Clone)]
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<Line>>>,
    level: Arc<Mutex<LevelFilter>>,
}

/// What was logged.
#[derive(Clone, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Log {
    pub(crate) fn down_to(level: LevelFilter) -> Self {
        Self {
            lines: Arc::default(),
            level: Arc::new(Mutex::new(level)),
        }
    }

    /// The lines that have this in their text.
    pub(crate) fn lines(&self, text: &str) -> Vec<Line> {
        let lines = self.lines.lock().unwrap();
        let found = lines.iter().filter(|line| line.text.contains(text));
        found.cloned().collect()
    }

    /// Keeps lines down to another level from here on.
    #[allow(dead_code, reason = "not all tests that share this turn it")]
    pub(crate) fn turn_to(&self, level: LevelFilter) {
        *self.level.lock().unwrap() = level;
        tracing::callsite::rebuild_interest_cache();
    }

    fn level(&self) -> LevelFilter {
        *self.level.lock().unwrap()
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
        *metadata.level() <= self.level()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level())
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.lines.lock().unwrap().push(line);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
