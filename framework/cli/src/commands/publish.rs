//! `trunkline publish`.

use std::io::{self, BufReader, Read};
use std::path::Path;

use clap::{Args, ValueEnum};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use trunkline::wazo::Description;
use trunkline::{Bus, Level};

use super::replay::Told;
use crate::dialects::Fault;
use crate::failure::{Exit, Failure, Refusal};
use crate::feed::{Fed, Feed, Line, NOBODY, answer, publish};
use crate::filter::HeaderPair;
use crate::input::{Recorded, Source};
use crate::output::{Tone, printable, say};
use crate::session::Session;

/// Publishes one event, or with `--stdin` one for each line of standard input.
///
/// Prints the routing key and the broker's answer: `routed` if somebody has it, `unroutable` if
/// nobody is bound to it, `accepted` where the broker does not say. Lines of `--stdin` are in the form
/// that `encode` reads; the exit code is 4 if any was refused.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline publish call_created --tenant 275cabc3 --user 018f00ac \\\n      \
    --routing-key 'calls.{call_id}.created' --data '{\"call_id\": \"17.42\"}'")]
pub(crate) struct Publish {
    /// The event's name
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    name: Option<String>,

    /// Whom the event is for; by default as the tenant and users given say
    #[arg(long, value_name = "LEVEL")]
    level: Option<LevelWord>,

    /// The tenant
    #[arg(long, value_name = "UUID")]
    tenant: Option<String>,

    /// A user of the tenant; may be given several times
    #[arg(long = "user", value_name = "UUID")]
    users: Vec<String>,

    /// What the event says: a JSON object, `@FILE` that holds one, or `-` for standard input
    #[arg(long, value_name = "JSON|@FILE|-")]
    data: Option<String>,

    /// Template of the routing key, such as `calls.{call_id}.created`. Default the event's name
    #[arg(long = "routing-key", value_name = "TEMPLATE")]
    key: Option<String>,

    /// Template of the access string. Default by the dialect
    #[arg(long, value_name = "TEMPLATE")]
    acl: Option<String>,

    /// A header beside the event's own; the value is read as JSON, else as text
    #[arg(long = "header", value_name = "K=V")]
    headers: Vec<HeaderPair>,

    /// Publishes one event for each line of standard input
    #[arg(long, conflicts_with_all = ["level", "tenant", "users", "data", "key", "acl", "headers"])]
    stdin: bool,
}

/// A level, as `--level` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum LevelWord {
    /// For services alone
    Service,
    /// For everyone in the tenant
    Tenant,
    /// For the users given, or for none of them
    User,
    /// For several users
    MultiUser,
}

impl Publish {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        let work = async {
            match &self.name {
                Some(name) => self.one(session, name).await,
                None => lines(session).await,
            }
        };
        interrupt.cuts_short(work).await
    }

    async fn one(&self, session: &Session, name: &str) -> Result<Exit, Failure> {
        let (settings, output) = (&session.settings, &session.output);
        let mut event = self.describe(name).await?;
        event.service_uuid.clone_from(&settings.service_uuid);
        let envelope = settings
            .dialect
            .envelope(&event)
            .map_err(|fault| self.misused(&fault))?;
        let bus = session.connect().await?;
        let event = Recorded {
            line: 1,
            offset: Default::default(),
            envelope,
        };
        let receipt = publish(&bus, &event, settings.publish_timeout).await?;
        let receipt = receipt.map_err(|refusal| {
            let (option, form) = option_of(&refusal.field);
            Failure::usage(option, refusal.reason, form)
        })?;
        if output.is_json() {
            if let Some(told) = Told::of(&bus, &Line::Published(&event.envelope, &receipt)) {
                output.json(&told)?;
            }
        } else {
            let key = printable(event.envelope.routing_key().as_str());
            let tone = if receipt.is_unroutable() {
                Tone::Warn
            } else {
                Tone::Good
            };
            let answer = output.paint().tone(tone, answer(&receipt));
            output.text(format!("{key}  {answer}"))?;
        }
        if receipt.is_unroutable() && session.in_memory() {
            output.note(NOBODY);
        }
        bus.close().await?;
        Ok(Exit::Done)
    }

    /// The event that the options describe.
    async fn describe(&self, name: &str) -> Result<Description, Failure> {
        let mut event = Description::new(self.level()?, name);
        event.routing_key_fmt = self.key.clone().unwrap_or_else(|| "{name}".to_owned());
        event.required_acl_fmt.clone_from(&self.acl);
        event.tenant_uuid.clone_from(&self.tenant);
        match event.level {
            Level::User => event.user_uuid = self.users.first().cloned(),
            Level::MultiUser => event.user_uuids = Some(self.users.clone()),
            _ => {}
        }
        event.content = self.content().await?;
        if !self.headers.is_empty() {
            let headers = self
                .headers
                .iter()
                .map(|pair| (pair.name.clone(), pair.json.clone()));
            let headers = Json::Object(headers.collect()).to_string();
            event.extra_headers = RawValue::from_string(headers).ok();
        }
        Ok(event)
    }

    fn level(&self) -> Result<Level, Failure> {
        let misuse = |option, problem| Err(Failure::usage(option, problem, FORM_OF_LEVELS));
        let (tenant, users) = (self.tenant.is_some(), self.users.len());
        let level = self.level.unwrap_or(match (tenant, users) {
            (_, 1..) => LevelWord::User,
            (true, 0) => LevelWord::Tenant,
            (false, 0) => LevelWord::Service,
        });
        match level {
            LevelWord::Service if tenant => misuse("option `--tenant`", "a service event has none"),
            LevelWord::Service | LevelWord::Tenant if users > 0 => {
                misuse("option `--user`", "only events of level `user` have users")
            }
            LevelWord::Service => Ok(Level::Service),
            _ if !tenant => misuse("option `--tenant`", "missing"),
            LevelWord::Tenant => Ok(Level::Tenant),
            LevelWord::User if users < 2 => Ok(Level::User),
            LevelWord::User | LevelWord::MultiUser => Ok(Level::MultiUser),
        }
    }

    async fn content(&self) -> Result<Option<Box<RawValue>>, Failure> {
        let Some(data) = &self.data else {
            return Ok(None);
        };
        let text = match data.strip_prefix('@') {
            Some(path) => read(Path::new(path)).await?,
            None if data == "-" => read(Path::new("-")).await?,
            None => data.clone(),
        };
        let faulty = |problem: String| self.misused(&Fault::new("content", problem));
        let json: Box<RawValue> = serde_json::from_str(text.trim())
            .map_err(|error| faulty(format!("not JSON: {error}")))?;
        if json.get().starts_with('{') {
            Ok(Some(json))
        } else {
            Err(faulty("not an object".to_owned()))
        }
    }

    /// The option or the input that a fault comes from.
    fn misused(&self, fault: &Fault) -> Failure {
        let from_input = |data: &&String| data.starts_with('@') || *data == "-";
        match self.data.as_ref().filter(from_input) {
            Some(data) if fault.field == "content" => {
                let source = if data == "-" {
                    "standard input"
                } else {
                    &data[1..]
                };
                let refusal = Refusal {
                    line: 1,
                    field: "data".to_owned(),
                    reason: fault.reason.clone(),
                };
                Failure::input(source, &refusal)
            }
            _ => {
                let (option, form) = option_of(fault.field);
                Failure::usage(option, &fault.reason, form)
            }
        }
    }
}

const FORM_OF_LEVELS: &str = "a service event takes neither `--tenant` nor `--user`, \
    a tenant event `--tenant UUID`, a user event both, with `--user UUID` once for each user";

/// The option that a field of an event comes from, and what it accepts.
fn option_of(field: &str) -> (&'static str, &'static str) {
    match field {
        "name" => (
            "argument `NAME`",
            "give the event a name such as `call_created`",
        ),
        "routing_key_fmt" | "routing_key" => (
            "option `--routing-key`",
            "write words with dots between them, and `{field}` for a field of the data",
        ),
        "required_acl_fmt" => (
            "option `--acl`",
            "write words with dots between them, and `{field}` for a field of the data",
        ),
        "tenant_uuid" => ("option `--tenant`", "give the tenant's identifier"),
        "user_uuid" | "user_uuids" => ("option `--user`", "give the user's identifier"),
        "service_uuid" => (
            "key `service_uuid`",
            "give the identifier of the Wazo stack",
        ),
        "extra_headers" | "extra_vars" | "headers" => (
            "option `--header`",
            "write `NAME=VALUE`, the value as JSON or text, the name without `x-` in front",
        ),
        _ => (
            "option `--data`",
            "write a JSON object, `@FILE` that holds one, or `-`",
        ),
    }
}

/// Reads a whole file, or standard input for `-`.
async fn read(path: &Path) -> Result<String, Failure> {
    let (name, reader) = crate::input::open("option `--data`", path)?;
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        // The largest body there is, and a little more to tell that it is too large.
        let mut reader = reader.take(64 << 20);
        reader.read_to_string(&mut text).map(|_| text)
    });
    let text = reading
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    text.map_err(|error| {
        let refusal = Refusal {
            line: 1,
            field: "data".to_owned(),
            reason: format!("cannot be read: {error}"),
        };
        Failure::input(name, &refusal)
    })
}

/// Publishes one event for each line of standard input.
async fn lines(session: &Session) -> Result<Exit, Failure> {
    let (settings, output) = (&session.settings, &session.output);
    let bus = session.connect().await?;
    let name = "standard input".to_owned();
    let source = Source::read(name, BufReader::new(io::stdin()), settings.dialect);
    let name = source.name().to_owned();
    let mut fed = Fed::default();
    let feed = Feed::all(source, settings.publish_timeout);
    feed.run(&bus, &mut fed, |line| tell(&bus, session, line))
        .await?;
    fed.hint(session);
    bus.close().await?;
    output.flush()?;
    fed.check(&name).map(|()| Exit::Done)
}

fn tell(bus: &Bus, session: &Session, line: &Line<'_>) -> Result<(), Failure> {
    let output = &session.output;
    match line {
        Line::Refused(refusal) => say(&format!("refused: {refusal}")),
        Line::Published(envelope, receipt) => {
            let key = printable(envelope.routing_key().as_str());
            output.text(format!("{key}  {}", answer(receipt)))?;
        }
        Line::LeftOut => {}
    }
    if let Some(told) = Told::of(bus, line) {
        output.json(&told)?;
    }
    Ok(output.flush()?)
}
