//! `trunkline demo`.

mod events;
mod play;
mod plugins;
mod services;
mod stage;
mod story;
mod views;
mod watcher;

use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::sync::mpsc;
use trunkline::{HandlerId, HandlerOptions, RunningService, ServiceHandle};

use crate::dialects::DialectName;
use crate::failure::{Exit, Failure};
use crate::host::{self, Account, Summary};
use crate::input::{Forms, Lines, Recorded};
use crate::letters;
use crate::output::Output;
use crate::session::Session;
use play::Play;
use plugins::Plugged;
use services::Tariffs;
use stage::Stage;
use story::People;
use views::{TENANTS, VIEWS};
use watcher::Watcher;

/// The recording that is played; `data/README.md` tells where it comes from.
const MORNING: &str = include_str!("../../../data/telephony.jsonl");

/// Shows what Trunkline does: services, tenants, retries and dead letters, without a broker.
///
/// Plays recorded telephony events of three tenants through several small services in this
/// process, which react and publish events of their own. Shows what two of the tenants see beside each
/// other, a handler that fails and recovers, and dead letters that are looked at, mended and
/// replayed. Sample plugins are loaded from their files, where they were built; one is swapped for a
/// newer build and one panics while events flow. Ends with a summary, also when interrupted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline demo --seconds 20")]
pub(crate) struct Demo {
    /// How long it takes
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,

    /// Loads the sample plugins that were built into DIR; by default those beside this program,
    /// where cargo puts both
    #[arg(long, value_name = "DIR")]
    samples: Option<PathBuf>,
}

impl Demo {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        if !session.in_memory() {
            let form = "leave it out, or see `trunkline run` for what runs on a broker";
            return Err(Failure::usage(
                session.settings.place("transport"),
                "the demo is on `memory:` alone",
                form,
            ));
        }
        let recording = recording()?;
        let bus = session
            .connect()
            .await?
            .with_dialect(trunkline::wazo::Wazo::new().with_origin(ORIGIN));
        let (shown, showing) = mpsc::channel(1024);
        let account = Arc::new(Account::default());
        let watched = bus
            .observed_by(account.clone())
            .observed_by(Arc::new(Watcher(shown.clone())));
        let tariffs = Arc::new(Tariffs::away_for(2));
        // Waits as long as the demo allows, so that recoveries come while their calls are fresh.
        let wait = Duration::from_millis(15 * self.seconds.clamp(2, 40));
        let mut running = Vec::new();
        for service in services::all(&watched, &tariffs, wait) {
            running.push(host::start(session, &account, service).await?);
        }
        let (mut plugged, why) = match Plugged::start(
            session,
            &watched,
            &account,
            shown.clone(),
            self.samples.as_deref(),
        )
        .await?
        {
            Ok((plugged, service)) => {
                running.push(service);
                (Some(plugged), String::new())
            }
            Err(why) => (None, why),
        };
        let mut logd = CallLogd::install(&running).await?;
        let mut open = Vec::new();
        for view in 0..VIEWS {
            open.push(views::open(&bus, view, shown.clone()).await?);
        }
        drop(shown);
        let names: Vec<_> = running
            .iter()
            .map(|service| service.handle().name().to_owned())
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let mut stage = Stage::new(bus.clone(), session.output.clone(), people(&recording));
        stage.open(&names, self.seconds)?;
        let loaded = plugged.as_ref().map(Plugged::list);
        stage.plugins(loaded.as_deref().ok_or(&why))?;
        stage.begin()?;

        let mut play = Play::new(watched, &account, showing, &mut stage, self.seconds);
        let played = tokio::select! {
            biased;
            () = interrupt.asked() => Ok(()),
            () = session.output.gone() => Err(Failure::silent(Exit::Done)),
            played = play.all(&recording, &mut logd, plugged.as_mut()) => played,
        };
        let replayed = play.replayed();
        stage.close();
        let drained = host::drain(running).await;
        open.iter().for_each(|view| view.abort());
        let listed = plugged.as_ref().map(Plugged::list).unwrap_or_default();
        if let Some(plugged) = plugged {
            plugged.close().await;
        }
        played?;
        drained?;
        let mut left = 0;
        for name in &names {
            left += letters::all(&bus.transport().dead_letters(name).await?)
                .await?
                .len();
        }
        let views: Vec<_> = views_seen(&stage);
        let summary = Summary::of(&account)
            .with("replayed", replayed)
            .with("dead_letters_left", left)
            .with("tenants", &views)
            .with("plugins", &listed);
        summary.write(&session.output)?;
        host::write_plugins(&session.output, &listed)?;
        epilogue(&session.output, &summary, &stage, replayed, left)?;
        bus.close().await?;
        Ok(Exit::Done)
    }
}

/// The stack that the recording comes from, so that what is published here is of the same.
const ORIGIN: &str = "6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c";

fn views_seen(stage: &Stage) -> Vec<serde_json::Value> {
    let seen = TENANTS.iter().zip(stage.seen);
    seen.map(
        |(tenant, [own, others])| json!({"tenant": tenant.name, "own": own, "of_others": others}),
    )
    .collect()
}

/// Tells people what the summary's numbers mean.
fn epilogue(
    output: &Output,
    summary: &Summary,
    stage: &Stage,
    replayed: u64,
    left: usize,
) -> Result<(), Failure> {
    output.text("")?;
    let mut others = summary.published;
    for (tenant, [own, foreign]) in TENANTS.iter().zip(stage.seen) {
        others = others.saturating_sub(own);
        let name = tenant.name;
        output.text(format!(
            "{name} saw {own} events of its own and {foreign} of others"
        ))?;
    }
    let third = TENANTS[VIEWS].name;
    output.text(format!(
        "{others} events were {third}'s or for services alone: neither saw them"
    ))?;
    output.text(format!("{replayed} dead letters replayed, {left} left"))?;
    Ok(())
}

/// Reads the recording that came with the program.
fn recording() -> Result<Vec<Recorded>, Failure> {
    let mut lines = Lines::new(BufReader::new(MORNING.as_bytes()));
    let mut forms = Forms::of(DialectName::Wazo);
    let mut recording = Vec::new();
    let broken = |error| Failure::running("the recording cannot be read").caused_by(error);
    while let Some((number, line)) = lines.next().map_err(broken)? {
        let event = line.and_then(|line| forms.read(number, line));
        recording.push(event.map_err(|refusal| Failure::input("the demo's recording", &refusal))?);
    }
    Ok(recording)
}

/// Learns who is who before the first event is told.
fn people(recording: &[Recorded]) -> People {
    let mut people = People::default();
    for event in recording {
        let body = serde_json::from_slice::<serde_json::Value>(event.envelope.body());
        people.learn(&body.unwrap_or_default()["data"]);
    }
    people
}

/// The service `call-logd`, whose handler is exchanged while it runs.
struct CallLogd {
    handle: ServiceHandle,
    handler: HandlerId,
}

impl CallLogd {
    async fn install(running: &[RunningService]) -> Result<Self, Failure> {
        let handles = running.iter().map(RunningService::handle);
        let handle = handles
            .into_iter()
            .find(|handle| handle.name() == "call-logd");
        let handle = handle.ok_or_else(|| Failure::running("there is no `call-logd`"))?;
        let options = HandlerOptions::new().named(services::WRITE_RECORD);
        let handler = handle.on(options, services::write_answered).await?;
        Ok(Self { handle, handler })
    }

    /// Exchanges the handler for one that also keeps calls nobody answered.
    async fn upgrade(&mut self) -> Result<(), Failure> {
        self.handle.remove(self.handler).await?;
        let options = HandlerOptions::new().named(services::WRITE_RECORD);
        self.handler = self.handle.on(options, services::write_any).await?;
        Ok(())
    }
}
