//! `trunkline catalog`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};
use trunkline::NamePattern;
use trunkline::catalog::{Catalog as Events, Entry};

use crate::dialects::DialectName;
use crate::failure::{Exit, Failure};
use crate::output::{Columns, Tone};
use crate::session::Session;

/// The events that are known: what they are called, whom they are for, and what they say.
///
/// They are Wazo's, and Kazoo's with `--dialect kazoo`.
#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    List(List),
    Show(Show),
    Asyncapi(Asyncapi),
}

/// Which events are meant.
#[derive(Debug, Args)]
struct Chosen {
    /// Events of this service alone
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    /// Events of this level alone: service, tenant, user or multi_user
    #[arg(long, value_name = "LEVEL", value_parser = ["service", "tenant", "user", "multi_user"])]
    level: Option<String>,

    /// Events of such names alone; `*` stands for anything
    #[arg(long, value_name = "GLOB")]
    name: Option<NamePattern>,
}

/// Lists the events with level, service, routing key and access string.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline catalog list --service calld --name 'call_*'")]
pub(crate) struct List {
    #[command(flatten)]
    chosen: Chosen,
}

/// Shows one event with all its fields; an older name finds it too.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline catalog show call_held")]
pub(crate) struct Show {
    /// The event's name
    name: String,
}

/// Prints the events as an AsyncAPI 3.0 document.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline catalog asyncapi --service calld > calld.yaml")]
pub(crate) struct Asyncapi {
    #[command(flatten)]
    chosen: Chosen,

    /// The document's form. Default yaml, and json with `--json`
    #[arg(long, value_name = "FORM")]
    format: Option<Format>,
}

/// A form of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

impl Catalog {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(session),
            Self::Show(command) => command.run(session),
            Self::Asyncapi(command) => command.run(session),
        }
    }
}

/// The events of the dialect the settings name.
fn known(session: &Session) -> Result<Events, Failure> {
    let events = |title: &str| Events::new(title, env!("CARGO_PKG_VERSION"));
    match session.settings.dialect {
        DialectName::Wazo => Ok(events("Wazo's events").with_wazo()),
        DialectName::Kazoo => Ok(events("Kazoo's events").with_kazoo()),
        other => Err(Failure::usage(
            "option `--dialect`",
            format!("`{other}` has no events of its own"),
            "write `wazo` or `kazoo`",
        )),
    }
}

impl Chosen {
    fn fits(&self, entry: &Entry) -> bool {
        let service = |wanted: &String| entry.service.as_ref() == Some(wanted);
        let name = |pattern: &NamePattern| pattern.matches(&entry.name);
        self.service.as_ref().is_none_or(service)
            && self
                .level
                .as_deref()
                .is_none_or(|level| level == entry.level.as_str())
            && self.name.as_ref().is_none_or(name)
    }

    /// The events meant; that there are none is a mistake.
    fn of<'e>(&self, events: &'e Events) -> Result<Vec<&'e Entry>, Failure> {
        let chosen: Vec<_> = events
            .entries()
            .iter()
            .filter(|entry| self.fits(entry))
            .collect();
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        let mut services: Vec<_> = events
            .entries()
            .iter()
            .filter_map(|entry| entry.service.as_deref())
            .collect();
        services.sort_unstable();
        services.dedup();
        Err(Failure::usage(
            "options `--service`, `--level` and `--name`",
            "no event is so",
            format!("the services are {}", services.join(", ")),
        ))
    }
}

/// An event as programs read it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    level: &'a str,
    service: Option<&'a str>,
    routing_key: &'a str,
    required_acl: Option<&'a str>,
    headers: &'a [String],
    aliases: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    fields: Map<String, Value>,
}

impl<'a> Line<'a> {
    fn of(entry: &'a Entry) -> Self {
        let fields = fields(&entry.content);
        Self {
            name: &entry.name,
            level: entry.level.as_str(),
            service: entry.service.as_deref(),
            routing_key: &entry.routing_key,
            required_acl: entry.required_acl.as_deref(),
            headers: &entry.headers,
            aliases: &entry.aliases,
            deprecated: entry.deprecated.as_deref(),
            description: entry.description.as_deref(),
            fields: fields
                .map(|(key, words)| (key.clone(), Value::from(words)))
                .collect(),
        }
    }
}

fn fields(content: &Value) -> impl Iterator<Item = (&String, String)> {
    let fields = content["properties"].as_object().into_iter().flatten();
    fields.map(|(key, schema)| (key, words(schema)))
}

/// A schema in a few words.
fn words(schema: &Value) -> String {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("any"),
        _ => "any",
    };
    match kind {
        "array" => format!("list of {}", words(&schema["items"])),
        "object" => {
            let inside: Vec<_> = fields(schema)
                .map(|(key, words)| format!("{key}: {words}"))
                .collect();
            match &inside[..] {
                [] => "object".to_owned(),
                inside => format!("{{{}}}", inside.join(", ")),
            }
        }
        kind => match schema["format"].as_str() {
            Some(format) => format!("{kind} ({format})"),
            None => kind.to_owned(),
        },
    }
}

impl List {
    fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (events, output) = (known(session)?, &session.output);
        let mut columns = Columns::new(["name", "level", "service", "routing key", "access"]);
        for entry in self.chosen.of(&events)? {
            output.json(&Line::of(entry))?;
            columns.row([
                entry.name.clone(),
                entry.level.to_string(),
                entry.service.clone().unwrap_or_else(|| "-".to_owned()),
                entry.routing_key.clone(),
                entry.required_acl.clone().unwrap_or_default(),
            ]);
        }
        columns.write(output)?;
        Ok(Exit::Done)
    }
}

impl Show {
    fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (events, output) = (known(session)?, &session.output);
        let entry = events.find(&self.name).ok_or_else(|| {
            let form = match like(&events, &self.name) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "`trunkline catalog list` has them all".to_owned(),
            };
            Failure::usage(
                "argument `NAME`",
                format!("no event is called `{}`", self.name),
                form,
            )
        })?;
        output.json(&Line::of(entry))?;
        output.text(output.paint().tone(Tone::Good, &entry.name))?;
        let line = |name: &str, value: &str| output.text(format!("  {name:<12} {value}"));
        if let Some(deprecated) = &entry.deprecated {
            line("deprecated", deprecated)?;
        }
        if let Some(description) = &entry.description {
            line("about", description)?;
        }
        line("level", entry.level.as_str())?;
        line("service", entry.service.as_deref().unwrap_or("-"))?;
        line("routing key", &entry.routing_key)?;
        line("access", entry.required_acl.as_deref().unwrap_or("-"))?;
        if !entry.headers.is_empty() {
            line("headers", &entry.headers.join(", "))?;
        }
        if !entry.aliases.is_empty() {
            line("once called", &entry.aliases.join(", "))?;
        }
        let mut columns = Columns::new(["field", "type"]);
        for (key, words) in fields(&entry.content) {
            columns.row([key.clone(), words]);
        }
        columns.write(output)?;
        Ok(Exit::Done)
    }
}

/// A name that begins or ends as the one asked for.
fn like<'e>(events: &'e Events, name: &str) -> Option<&'e str> {
    let shared = |other: &str| {
        name.bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let nearest = events
        .entries()
        .iter()
        .max_by_key(|entry| shared(&entry.name))?;
    (shared(&nearest.name) > 3).then_some(nearest.name.as_str())
}

impl Asyncapi {
    fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (events, output) = (known(session)?, &session.output);
        let document = events.only(|entry| self.chosen.fits(entry)).asyncapi();
        self.chosen.of(&events)?;
        let format = self.format.unwrap_or(if output.is_json() {
            Format::Json
        } else {
            Format::Yaml
        });
        match (format, output.is_json()) {
            // One object a line is what `--json` promises.
            (_, true) => output.object(&document)?,
            (Format::Json, false) => {
                let text = serde_json::to_string_pretty(&document).map_err(unwritable)?;
                output.text(text)?;
            }
            (Format::Yaml, false) => {
                let text = serde_yaml_ng::to_string(&document).map_err(unwritable)?;
                output.raw(text.as_bytes())?;
            }
        }
        Ok(Exit::Done)
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::running("the document cannot be written").caused_by(error)
}
