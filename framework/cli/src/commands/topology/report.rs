//! What would be declared beside what there is, for people and for programs.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};
use trunkline::{Lasting, Part, PartState, Purpose, Topology};

use super::management::{Binding, Listed, Thing};
use crate::failure::Failure;
use crate::output::{Columns, Output, OutputError, Tone, printable};
use crate::session::Session;
use crate::settings::masked_url;

/// So many bindings on a headers exchange cost its publishers half their rate and more.
const MANY_BINDINGS: usize = 100;

/// The comparison, as far as it has come.
#[derive(Debug)]
pub(super) struct Report {
    plan: Topology,
    states: Vec<PartState>,
    surplus: Vec<Surplus>,
    warnings: Vec<String>,
}

/// A binding of one of our queues that nobody plans.
#[derive(Debug, Serialize)]
struct Surplus {
    kind: &'static str,
    name: String,
    settings: Map<String, Value>,
}

/// A line for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Part(PartLine<'a>),
    Surplus(&'a Surplus),
    Matching(MatchingLine<'a>),
    Warning(&'a str),
    Note(&'a str),
    Summary(Summary),
}

#[derive(Debug, Serialize)]
struct PartLine<'a> {
    kind: &'a str,
    name: &'a str,
    purpose: &'a str,
    lasting: &'a str,
    settings: Map<String, Value>,
    broker: &'a str,
    detail: Option<&'a str>,
    difference: bool,
}

#[derive(Debug, Serialize)]
struct MatchingLine<'a> {
    subscription: &'a str,
    exact: bool,
    how: &'a str,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    same: usize,
    there: usize,
    differs: usize,
    missing: usize,
    surplus: usize,
    unknown: usize,
    /// What `--check` goes by.
    difference: bool,
}

impl Report {
    pub(super) fn new(plan: Topology, warnings: Vec<String>) -> Self {
        Self {
            states: vec![PartState::Unknown("not asked".into()); plan.parts.len()],
            plan,
            surplus: Vec::new(),
            warnings,
        }
    }

    /// Takes what the broker said of each part.
    pub(super) fn found(&mut self, states: Vec<PartState>) {
        self.states = states;
    }

    /// The broker said nothing.
    pub(super) fn found_nothing(&mut self, state: &PartState) {
        self.states.fill(state.clone());
    }

    /// Takes what an API listed, which knows more than a broker says itself.
    pub(super) fn listed(&mut self, listed: &Listed) {
        let have = Have::of(listed);
        for (part, state) in self.plan.parts.iter().zip(&mut self.states) {
            if part.purpose != Purpose::Live {
                *state = have.state(part);
            }
        }
        self.find_surplus(listed);
        self.count_bindings(listed);
    }

    fn find_surplus(&mut self, listed: &Listed) {
        let of_kind = |kind| move |part: &&Part| part.kind == kind;
        let ours = self.plan.parts.iter().filter(of_kind("queue"));
        let ours: HashSet<_> = ours.map(|part| part.name.as_str()).collect();
        let planned: Vec<_> = self.plan.parts.iter().filter(of_kind("binding")).collect();
        let mut by_queue: HashMap<&str, Vec<Map<String, Value>>> = HashMap::new();
        for part in planned {
            by_queue.entry(&part.name).or_default().push(settings(part));
        }
        let theirs = listed.bindings.iter().filter(|binding| {
            // Every queue is bound to the nameless exchange by its name.
            !binding.source.is_empty() && ours.contains(binding.destination.as_str())
        });
        let surplus = theirs.filter(|binding| {
            let settings = binding.settings();
            let planned = by_queue.get(binding.destination.as_str());
            settings["destination_type"] == "queue"
                && !planned.is_some_and(|planned| planned.contains(&settings))
        });
        self.surplus = surplus
            .map(|binding| Surplus {
                kind: "binding",
                name: binding.destination.clone(),
                settings: binding.settings(),
            })
            .collect();
    }

    /// Warns of what slows every publisher.
    fn count_bindings(&mut self, listed: &Listed) {
        for part in &self.plan.parts {
            if part.kind != "exchange" || part.settings.text("type") != Some("headers") {
                continue;
            }
            let bound = listed.bindings.iter();
            let bound = bound.filter(|binding| binding.source == part.name).count();
            if bound > MANY_BINDINGS {
                self.warnings.push(format!(
                    "the headers exchange `{}` has {bound} bindings, each of which slows every \
                     publisher on it",
                    part.name
                ));
            }
        }
    }

    /// Whether plan and broker differ.
    pub(super) fn has_differences(&self) -> bool {
        self.summary().difference
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary {
            surplus: self.surplus.len(),
            difference: !self.surplus.is_empty(),
            ..Summary::default()
        };
        for (part, state) in self.plan.parts.iter().zip(&self.states) {
            let count = match state {
                PartState::Same => &mut summary.same,
                PartState::There(_) => &mut summary.there,
                PartState::Differs(_) => &mut summary.differs,
                PartState::Missing => &mut summary.missing,
                _ => &mut summary.unknown,
            };
            *count += 1;
            summary.difference |= state.is_difference(part);
        }
        summary
    }

    pub(super) fn write(&self, session: &Session) -> Result<(), Failure> {
        let output = &session.output;
        if output.is_json() {
            self.write_lines(output)?;
        } else {
            self.write_text(output, &masked_url(&session.settings.transport))?;
        }
        Ok(output.flush()?)
    }

    fn write_lines(&self, output: &Output) -> Result<(), OutputError> {
        for (part, state) in self.plan.parts.iter().zip(&self.states) {
            output.json(&Line::Part(PartLine {
                kind: part.kind,
                name: &part.name,
                purpose: part.purpose.as_str(),
                lasting: part.lasting.as_str(),
                settings: settings(part),
                broker: state.as_str(),
                detail: state.detail(),
                difference: state.is_difference(part),
            }))?;
        }
        for surplus in &self.surplus {
            output.json(&Line::Surplus(surplus))?;
        }
        for matching in &self.plan.matching {
            output.json(&Line::Matching(MatchingLine {
                subscription: &matching.subscription,
                exact: matching.exact,
                how: &matching.how,
            }))?;
        }
        for warning in &self.warnings {
            output.json(&Line::Warning(warning))?;
        }
        for note in &self.plan.notes {
            output.json(&Line::Note(note))?;
        }
        output.json(&Line::Summary(self.summary()))
    }

    fn write_text(&self, output: &Output, url: &str) -> Result<(), OutputError> {
        output.text(output.paint().tone(Tone::Heading, url))?;
        let mut columns = Columns::new(["what", "name", "for", "declared as", "broker"]);
        for (part, state) in self.plan.parts.iter().zip(&self.states) {
            let words = words(&settings(part));
            columns.row([
                part.kind.to_owned(),
                printable(&part.name).into_owned(),
                part.purpose.as_str().to_owned(),
                printable(&words).into_owned(),
                said(part, state),
            ]);
        }
        for surplus in &self.surplus {
            columns.row([
                surplus.kind.to_owned(),
                printable(&surplus.name).into_owned(),
                "nobody".to_owned(),
                printable(&words(&surplus.settings)).into_owned(),
                "surplus".to_owned(),
            ]);
        }
        columns.write(output)?;
        for matching in &self.plan.matching {
            let name = printable(&matching.subscription);
            output.text(format!("{name} is matched: {}", matching.how))?;
        }
        for note in &self.plan.notes {
            output.text(output.paint().tone(Tone::Faint, note))?;
        }
        for warning in &self.warnings {
            let warning = format!("warning: {}", printable(warning));
            output.text(output.paint().tone(Tone::Warn, warning))?;
        }
        self.write_result(output)
    }

    fn write_result(&self, output: &Output) -> Result<(), OutputError> {
        let summary = self.summary();
        let mut reasons: Vec<&str> = Vec::new();
        for state in &self.states {
            if let PartState::Unknown(reason) = state
                && !reasons.contains(&reason.as_str())
            {
                reasons.push(reason);
            }
        }
        if !reasons.is_empty() {
            let reasons = reasons.join("; ");
            let line = format!("not compared: {} ({reasons})", summary.unknown);
            output.text(output.paint().tone(Tone::Faint, line))?;
        }
        let found = format!(
            "{} differ, {} missing, {} surplus, {} the same",
            summary.differs, summary.missing, summary.surplus, summary.same
        );
        let (tone, word) = match (summary.difference, summary.same + summary.there) {
            (true, _) => (Tone::Bad, "difference"),
            (false, 0) => (Tone::Warn, "nothing was compared"),
            (false, _) => (Tone::Good, "no difference"),
        };
        output.text(format!("{}: {found}", output.paint().tone(tone, word)))
    }
}

/// What there is, by name.
struct Have<'a> {
    exchanges: HashMap<&'a str, &'a Thing>,
    queues: HashMap<&'a str, &'a Thing>,
    bindings: HashMap<(&'a str, &'a str), Vec<&'a Binding>>,
}

impl<'a> Have<'a> {
    fn of(listed: &'a Listed) -> Self {
        let by_name = |things: &'a [Thing]| {
            let named = things.iter().map(|thing| (thing.name.as_str(), thing));
            named.collect()
        };
        let mut bindings: HashMap<_, Vec<_>> = HashMap::new();
        for binding in &listed.bindings {
            let ends = (binding.source.as_str(), binding.destination.as_str());
            bindings.entry(ends).or_default().push(binding);
        }
        Self {
            exchanges: by_name(&listed.exchanges),
            queues: by_name(&listed.queues),
            bindings,
        }
    }

    fn state(&self, part: &Part) -> PartState {
        let name = part.name.as_str();
        let thing = match part.kind {
            "exchange" => self.exchanges.get(name).map(|thing| thing.settings(true)),
            "queue" => self.queues.get(name).map(|thing| thing.settings(false)),
            _ => {
                let source = part.settings.text("source").unwrap_or_default();
                let there = self.bindings.get(&(source, name)).into_iter().flatten();
                let planned = settings(part);
                let mut same = there.filter(|binding| binding.settings() == planned);
                return match same.next() {
                    Some(_) => PartState::Same,
                    None => PartState::Missing,
                };
            }
        };
        match thing {
            None => PartState::Missing,
            Some(found) => match differences(&settings(part), &found) {
                differences if differences.is_empty() => PartState::Same,
                differences => PartState::Differs(differences.join("; ")),
            },
        }
    }
}

/// What differs between settings, those in tables by themselves.
fn differences(planned: &Map<String, Value>, found: &Map<String, Value>) -> Vec<String> {
    let mut all = Vec::new();
    let only_found = found.keys().filter(|name| !planned.contains_key(*name));
    for name in planned.keys().chain(only_found) {
        match (planned.get(name), found.get(name)) {
            (Some(Value::Object(planned)), Some(Value::Object(found))) => {
                all.extend(differences(planned, found));
            }
            (planned, found) if planned != found => {
                let words = |value: Option<&Value>| value.map_or("none".into(), Value::to_string);
                let (planned, found) = (words(planned), words(found));
                all.push(format!("{name}: planned {planned}, found {found}"));
            }
            _ => {}
        }
    }
    all
}

/// A part's settings as JSON.
fn settings(part: &Part) -> Map<String, Value> {
    match serde_json::to_value(&part.settings) {
        Ok(Value::Object(settings)) => settings,
        // Bytes, which nobody declares.
        _ => Map::new(),
    }
}

/// Settings for people.
fn words(settings: &Map<String, Value>) -> String {
    let mut words = Vec::new();
    for (name, value) in settings {
        match (name.as_str(), value) {
            ("destination_type", _) | (_, Value::Bool(false)) => {}
            ("routing_key", Value::String(text)) if text.is_empty() => {}
            ("type", Value::String(text)) => words.insert(0, text.clone()),
            ("source", Value::String(text)) => words.insert(0, format!("from {text}")),
            ("routing_key", Value::String(text)) => words.push(format!("by key {text}")),
            ("auto_delete", Value::Bool(true)) => words.push("auto-delete".into()),
            (name, Value::Bool(true)) => words.push(name.into()),
            ("arguments" | "headers", Value::Object(table)) => {
                words.extend(table.iter().map(|(name, value)| match value {
                    Value::String(text) => format!("{name}={text}"),
                    // RabbitMQ takes it so.
                    Value::Null => format!("{name} present"),
                    value => format!("{name}={value}"),
                }));
            }
            (name, Value::Array(list)) => {
                let texts = list.iter().map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                });
                words.push(format!("{name} {}", texts.collect::<Vec<_>>().join(" ")));
            }
            (name, Value::String(text)) => words.push(format!("{name} {text}")),
            (name, value) => words.push(format!("{name} {value}")),
        }
    }
    words.join(", ")
}

/// What the broker has, for people.
fn said(part: &Part, state: &PartState) -> String {
    match state {
        PartState::Missing if part.lasting != Lasting::Always => {
            format!("not now ({})", part.lasting.as_str())
        }
        // Why is said once, below.
        PartState::Unknown(_) => "not compared".to_owned(),
        state => match state.detail() {
            Some(detail) => format!("{}: {}", state.as_str(), printable(detail)),
            None => state.as_str().to_owned(),
        },
    }
}
