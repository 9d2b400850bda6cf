//! `trunkline replay`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use trunkline::{Bus, NamePattern};

use crate::failure::{Exit, Failure, Refusal};
use crate::feed::{Fed, Feed, Line, Speed, answer};
use crate::input::Source;
use crate::output::{Output, say};
use crate::session::Session;
use crate::tenants::{TenantMap, TenantPair};

/// Publishes a recording again, at its pace or another.
///
/// Takes what `record` wrote, what `encode` prints, and what `encode` reads, line by line; a line
/// of the last two is due when its publisher's clock says. A line that is refused does not hold up
/// the others; the exit code is then 4.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline replay calls.jsonl --speed 10 --only 'call_*' --tenant-map 275cabc3=lab")]
pub(crate) struct Replay {
    /// The recording; `-` is standard input
    file: PathBuf,

    /// So many times as fast as it was recorded, or `max`
    #[arg(long, value_name = "N|max", default_value = "1")]
    speed: Speed,

    /// Events of this name alone, or whose name matches: call_*
    #[arg(long, value_name = "NAME")]
    only: Vec<NamePattern>,

    /// Tells a tenant's events of another, in headers, bodies and keys
    #[arg(long = "tenant-map", value_name = "OLD=NEW")]
    tenants: Vec<TenantPair>,
}

/// What became of one line, for programs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Told<'a> {
    /// It was published.
    Published {
        name: Option<String>,
        routing_key: &'a str,
        answer: &'static str,
    },
    /// It was refused.
    Refused { error: &'a Refusal },
}

impl<'a> Told<'a> {
    /// Tells a line's fate; nothing of one that was left out.
    pub(crate) fn of(bus: &Bus, line: &Line<'a>) -> Option<Self> {
        Some(match line {
            Line::Refused(error) => Self::Refused { error },
            Line::LeftOut => return None,
            Line::Published(envelope, receipt) => Self::Published {
                name: bus
                    .dialect()
                    .event_name(envelope)
                    .map(|name| name.into_owned()),
                routing_key: envelope.routing_key().as_str(),
                answer: answer(receipt),
            },
        })
    }
}

impl Replay {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        let (settings, output) = (&session.settings, &session.output);
        let source = Source::open("argument `FILE`", &self.file, settings.dialect)?;
        let name = source.name().to_owned();
        let bus = session.connect().await?;
        let feed = Feed {
            source,
            speed: self.speed,
            only: self.only,
            tenants: TenantMap::new(&self.tenants, settings.dialect),
            timeout: settings.publish_timeout,
            waited_for: false,
        };
        let mut fed = Fed::default();
        let playing = feed.run(&bus, &mut fed, |line| tell(&bus, output, line));
        let exit = interrupt
            .cuts_short(async { playing.await.map(|()| Exit::Done) })
            .await?;
        output.json(&fed)?;
        output.text(format!(
            "replayed {} events: {} reached somebody, {} nobody; {} left out, {} refused",
            fed.published, fed.routed, fed.unroutable, fed.left_out, fed.refused
        ))?;
        fed.hint(session);
        bus.close().await?;
        if exit == Exit::Done {
            fed.check(&name)?;
        }
        Ok(exit)
    }
}

fn tell(bus: &Bus, output: &Output, line: &Line<'_>) -> Result<(), Failure> {
    if let Line::Refused(refusal) = line {
        say(&format!("refused: {refusal}"));
    }
    if output.is_json()
        && let Some(told) = Told::of(bus, line)
    {
        output.json(&told)?;
        output.flush()?;
    }
    Ok(())
}
