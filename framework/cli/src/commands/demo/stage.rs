//! What the audience of the demo sees.

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use trunkline::plugins::PluginStatus;
use trunkline::{Bus, DeadLetter, Envelope};

use super::story::People;
use super::views::{TENANTS, VIEWS};
use super::watcher::Happening;
use crate::failure::Failure;
use crate::host::PLUGINS;
use crate::letters::{LetterShown, story};
use crate::output::{Output, Paint, Progress, Tone, printable, width};

/// Most characters of a tenant's column.
const COLUMN: usize = 47;
/// Characters of a row beside the columns.
const MARGIN: usize = 12;

/// Shows the demo: two tenants beside each other, and what the services go through.
pub(super) struct Stage {
    bus: Bus,
    output: Output,
    paint: Paint,
    progress: Progress,
    people: People,
    began: Instant,
    column: usize,
    /// Events each tenant saw: its own, and others'.
    pub(super) seen: [[u64; 2]; VIEWS],
}

impl Stage {
    pub(super) fn new(bus: Bus, output: Output, people: People) -> Self {
        Self {
            bus,
            paint: output.paint(),
            progress: Progress::on(&output),
            output,
            people,
            began: Instant::now(),
            column: (width().saturating_sub(MARGIN) / 2).clamp(20, COLUMN),
            seen: [[0; 2]; VIEWS],
        }
    }

    /// Tells programs of a step.
    pub(super) fn step(&self, step: &str, more: Value) -> Result<(), Failure> {
        if !self.output.is_json() {
            return Ok(());
        }
        let mut object = Map::new();
        object.insert("step".to_owned(), step.into());
        object.insert(
            "at".to_owned(),
            json!(self.began.elapsed().as_millis() as f64 / 1e3),
        );
        if let Value::Object(more) = more {
            object.extend(more);
        }
        self.output.json(&object)?;
        Ok(self.output.flush()?)
    }

    /// Tells people of something, on a line of its own.
    pub(super) fn line(&mut self, line: impl AsRef<str>) -> Result<(), Failure> {
        self.progress.clear();
        self.output.text(line)?;
        Ok(self.output.flush()?)
    }

    /// Colours a text as the output has it.
    pub(super) fn toned(&self, tone: Tone, text: &str) -> String {
        self.paint.tone(tone, text)
    }

    /// Begins: who is there.
    pub(super) fn open(&mut self, services: &[&str], seconds: u64) -> Result<(), Failure> {
        let tenants: Vec<_> = TENANTS
            .iter()
            .map(|tenant| json!({"name": tenant.name, "uuid": tenant.uuid}))
            .collect();
        self.step(
            "started",
            json!({"services": services, "tenants": tenants, "transport": "memory", "dialect": self.bus.dialect().name(), "seconds": seconds}),
        )?;
        let bold = |text: &str| self.paint.tone(Tone::Strong, text);
        let title = format!(
            "{} in one process, on {}, speaking {}, for {seconds} s",
            bold(&format!("{} services", services.len())),
            bold("memory:"),
            bold(self.bus.dialect().name()),
        );
        self.line(title)?;
        self.line(format!("  {}", services.join(", ")))
    }

    /// Begins to play.
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        self.line("A recorded morning of three tenants is played. Below, what two of them see.")?;
        self.line("")?;
        let head = [0, 1].map(|view| self.column(view, TENANTS[view].name));
        let head = format!("{:>7}  {}│ {}", "", head[0], head[1]);
        self.line(self.paint.tone(Tone::Strong, head.trim_end()))
    }

    /// Shows a happening.
    pub(super) fn show(&mut self, happening: &Happening) -> Result<(), Failure> {
        match happening {
            Happening::Seen {
                view,
                own,
                envelope,
            } => self.seen(*view, *own, envelope),
            Happening::Failed {
                service,
                attempt,
                error,
            } => {
                self.step(
                    "failed",
                    json!({"service": service, "attempt": attempt, "error": error}),
                )?;
                let text = format!("attempt {attempt} failed: {}", printable(error));
                self.service(service, Tone::Warn, &text)
            }
            Happening::Retried { service, after } => {
                let after = after.as_millis();
                self.step(
                    "retried",
                    json!({"service": service, "after_ms": after as u64}),
                )?;
                self.service(service, Tone::Warn, &format!("tries again in {after} ms"))
            }
            Happening::Recovered { service, attempt } => {
                self.step("recovered", json!({"service": service, "attempt": attempt}))?;
                self.service(service, Tone::Good, &format!("done at attempt {attempt}"))
            }
            Happening::Swapped(Ok(plugin)) => self.swapped(plugin),
            Happening::Swapped(Err(reason)) => {
                self.step("plugin_refused", json!({"reason": reason}))?;
                self.service(PLUGINS, Tone::Bad, &format!("the swap failed: {reason}"))
            }
            Happening::DeadLettered { service, reason } => {
                self.step(
                    "dead_lettered",
                    json!({"service": service, "reason": reason}),
                )?;
                self.service(
                    service,
                    Tone::Bad,
                    &format!("gives up, and keeps a dead letter: {reason}"),
                )
            }
        }
    }

    /// Tells which plugins are there, or why none are.
    pub(super) fn plugins(
        &mut self,
        plugins: Result<&[PluginStatus], &str>,
    ) -> Result<(), Failure> {
        match plugins {
            Ok(plugins) => {
                for plugin in plugins {
                    self.step("plugin", to_value(plugin))?;
                }
                let named = |plugin: &PluginStatus| format!("{} {}", plugin.name, plugin.version);
                let named: Vec<_> = plugins.iter().map(named).collect();
                let (count, named) = (plugins.len(), named.join(", "));
                self.line(format!("{count} plugins were loaded from files: {named}"))
            }
            Err(reason) => {
                self.step("no_plugins", json!({"reason": reason}))?;
                self.line(format!("No plugins: {}", printable(reason)))
            }
        }
    }

    fn swapped(&mut self, plugin: &PluginStatus) -> Result<(), Failure> {
        self.step("plugin", to_value(plugin))?;
        let (version, generation) = (&plugin.version, plugin.generation);
        let text = format!(
            "{version} (generation {generation}) takes the events from here on; \
             the old version finishes those it has"
        );
        self.service(&plugin.name, Tone::Good, &text)
    }

    fn seen(&mut self, view: usize, own: bool, envelope: &Envelope) -> Result<(), Failure> {
        self.seen[view][usize::from(!own)] += 1;
        let dialect = self.bus.dialect();
        let name = dialect
            .event_name(envelope)
            .unwrap_or_default()
            .into_owned();
        let data = dialect.data(envelope).unwrap_or_default();
        let data: Value = serde_json::from_str(&data).unwrap_or_default();
        self.people.learn(&data);
        let says = self.people.tell(&name, &data);
        let key = envelope.routing_key().as_str();
        let led_to_it = envelope.properties().causation_id();
        self.step(
            "event",
            json!({"tenant": TENANTS[view].name, "own": own, "name": name, "routing_key": key, "caused_by": led_to_it, "says": says}),
        )?;
        let mark = if led_to_it.is_some() { "↳ " } else { "" };
        let cell = self.column(view, &format!("{mark}{}", printable(&says)));
        let cell = self.paint.tone(Tone::Lane(view), cell);
        let time = self.time();
        let row = match view {
            0 => format!("{time}  {cell}│"),
            _ => format!("{time}  {:column$}│ {cell}", "", column = self.column),
        };
        self.line(row.trim_end())
    }

    fn service(&mut self, service: &str, tone: Tone, text: &str) -> Result<(), Failure> {
        let (time, text) = (self.time(), self.paint.tone(tone, text));
        let service = self.paint.tone(Tone::Strong, service);
        self.line(format!("{time}  {service}: {text}"))
    }

    /// Shows a dead letter with its story, and how many more there are.
    pub(super) fn dead_letter(&mut self, letter: &DeadLetter, more: usize) -> Result<(), Failure> {
        let shown = LetterShown::new(self.bus.dialect(), letter);
        self.step("dead_letter", to_value(&shown))?;
        self.line("")?;
        let title = match more {
            0 => "A dead letter, with its story:".to_owned(),
            more => format!("A dead letter, with its story; there are {more} more:"),
        };
        self.line(self.paint.tone(Tone::Heading, title))?;
        for (word, value) in story(self.bus.dialect(), letter) {
            let value: String = value.chars().take(88).collect();
            self.line(format!(
                "  {}{value}",
                self.paint.tone(Tone::Faint, format!("{word:<15}"))
            ))?;
        }
        self.line("")
    }

    /// Draws the progress line, where there is a terminal to draw it on.
    pub(super) fn progress(&mut self, done: f64, text: &str) {
        self.progress.draw(done, text);
    }

    /// Takes the progress line away.
    pub(super) fn close(&mut self) {
        self.progress.clear();
    }

    fn time(&self) -> String {
        let time = format!("{:>5.1} s", self.began.elapsed().as_secs_f64());
        self.paint.tone(Tone::Faint, time)
    }

    fn column(&self, view: usize, text: &str) -> String {
        let fits = text.chars().count() < self.column;
        let mut cell: String = text
            .chars()
            .take(if fits { self.column } else { self.column - 2 })
            .collect();
        if !fits {
            cell.push('…');
        }
        match view {
            0 => format!("{cell:width$}", width = self.column),
            _ => cell,
        }
    }
}

fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
