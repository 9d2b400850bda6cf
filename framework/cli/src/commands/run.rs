//! `trunkline run`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use trunkline::Bus;

use crate::failure::{Exit, Failure};
use crate::feed::{Fed, Feed, Line};
use crate::host::{Account, Drill, Host, Narrator, Plugins, SERVICES, Summary, write_plugins};
use crate::input::Source;
use crate::letters::{self, Store};
use crate::output::{Output, say};
use crate::session::Session;
use crate::settings::PluginOptions;

/// Hosts services: connects, and handles events until told to stop.
///
/// Two services are built in: `audit` takes note of every event, `call-stats` counts calls tenant by
/// tenant. With `--input` the events of a recording are published, and the command ends when they
/// are handled. Ctrl-C and SIGTERM end it too, after what is in hand; the exit code is then 0. A broker
/// that is not there yet is waited for; one that turns us away is not.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline run --input calls.jsonl --fail call_ended --dead-letters-out dead.jsonl\n  \
    trunkline run --plugins plugins --transport amqp://localhost")]
pub(crate) struct Run {
    /// Publishes the events of FILE (`-` is standard input) and ends when they are handled
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,

    /// Lets `audit` fail on events of this name, or whose name matches; with `=N` the first N
    /// attempts only
    #[arg(long, value_name = "NAME[=N]")]
    fail: Vec<Drill>,

    /// Loads the plugins in DIR, and watches it: what is copied into it is loaded, what is copied
    /// over another swaps it, what is taken out goes
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,

    #[command(flatten)]
    options: PluginOptions,

    /// Keeps the dead letters there are at the end in FILE, for `dead-letters --store FILE`
    #[arg(long, value_name = "FILE")]
    dead_letters_out: Option<PathBuf>,
}

#[derive(Serialize)]
struct Started<'a> {
    step: &'static str,
    transport: &'a str,
    services: &'a [&'static str],
}

impl Run {
    /// What was said of settings on the command line.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.options.given()
    }

    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        let feed = self.feed(session)?;
        let account = Arc::new(Account::default());
        let Some(bus) = session.connect_patiently().await? else {
            return Ok(Exit::Done);
        };
        let narrator = Narrator::new(bus.clone(), session.output.clone());
        let bus = bus
            .observed_by(account.clone())
            .observed_by(Arc::new(narrator));
        let host = Host::start(session, &bus, &account, &self.fail, |_| true).await?;
        let plugins = match &self.plugins {
            Some(directory) => Some(Plugins::start(session, &bus, &account, directory).await?),
            None => None,
        };
        self.tell_start(session, &bus)?;
        let mut fed = Fed::default();
        let name = feed.as_ref().map(|feed| feed.source.name().to_owned());
        let worked = tokio::select! {
            biased;
            () = interrupt.asked() => Ok(()),
            () = session.output.gone() => Ok(()),
            worked = work(&bus, &account, feed, &mut fed, &session.output) => worked,
        };
        let calls = Arc::clone(host.calls());
        let drained = host.drain().await;
        let listed = plugins.as_ref().map(Plugins::list).unwrap_or_default();
        let unplugged = match plugins {
            Some(plugins) => plugins.drain().await.map(drop),
            None => Ok(()),
        };
        let kept = self.keep_dead_letters(&bus).await;
        let summary = Summary::of(&account)
            .with("calls", calls.by_tenant())
            .with("plugins", &listed);
        summary.write(&session.output)?;
        write_plugins(&session.output, &listed)?;
        calls.write(&session.output)?;
        worked?;
        drained?;
        unplugged?;
        kept?;
        bus.close().await?;
        match name {
            Some(name) => fed.check(&name).map(|()| Exit::Done),
            None => Ok(Exit::Done),
        }
    }

    fn feed(&self, session: &Session) -> Result<Option<Feed>, Failure> {
        let settings = &session.settings;
        let Some(path) = &self.input else {
            return Ok(None);
        };
        let source = Source::open("option `--input`", path, settings.dialect)?;
        Ok(Some(
            Feed::all(source, settings.publish_timeout).waited_for(),
        ))
    }

    fn tell_start(&self, session: &Session, bus: &Bus) -> Result<(), Failure> {
        let output = &session.output;
        output.json(&Started {
            step: "started",
            transport: bus.transport().name(),
            services: &SERVICES,
        })?;
        output.flush()?;
        if self.input.is_none() {
            let services = SERVICES.join(" and ");
            output.note(format!("{services} are running; Ctrl-C ends"));
            if session.in_memory() {
                output.note(
                    "memory: is this process alone, so nothing will come; \
                     give --input FILE, or the --transport URL of a broker",
                );
            }
        }
        Ok(())
    }

    async fn keep_dead_letters(&self, bus: &Bus) -> Result<(), Failure> {
        let Some(path) = &self.dead_letters_out else {
            return Ok(());
        };
        let mut kept = Vec::new();
        let plugins = self.plugins.iter().map(|_| crate::host::PLUGINS);
        for service in SERVICES.into_iter().chain(plugins) {
            let letters = bus.transport().dead_letters(service).await?;
            for mut letter in letters::all(&letters).await? {
                // Numbers are a group's own; in one file they must differ.
                letter.id = format!("{service}-{}", letter.id);
                kept.push(letter);
            }
        }
        Store::create(path, kept).map(drop)
    }
}

/// Feeds what is to be fed and waits until it is handled; without that, for ever.
async fn work(
    bus: &Bus,
    account: &Account,
    feed: Option<Feed>,
    fed: &mut Fed,
    output: &Output,
) -> Result<(), Failure> {
    let Some(feed) = feed else {
        return std::future::pending().await;
    };
    feed.run(bus, fed, |line| tell_refusal(output, line))
        .await?;
    account.all_settled().await;
    Ok(())
}

fn tell_refusal(output: &Output, line: &Line<'_>) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Refused<'a> {
        step: &'static str,
        #[serde(flatten)]
        refusal: &'a crate::failure::Refusal,
    }
    if let Line::Refused(refusal) = line {
        say(&format!("refused: {refusal}"));
        let step = "refused";
        output.json(&Refused { step, refusal })?;
    }
    Ok(())
}
