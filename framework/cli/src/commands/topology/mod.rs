//! `trunkline topology`.

mod http;
mod known;
mod management;
mod report;

use std::time::Duration;

use clap::Args;
use trunkline::{Dialect, Inspector, PartState, SubscribeOptions, TransportErrorKind};

use self::known::Known;
use self::management::Management;
use self::report::Report;
use crate::bus::dialect;
use crate::failure::{Exit, Failure, chain};
use crate::filter::Filter;
use crate::host::{self, WAITS};
use crate::session::Session;

/// Compares what would be declared on the broker with what is there, and changes nothing.
///
/// Prints exchanges, queues and bindings, places of dead letters and waits, and how events are
/// matched, for a subscription as `listen` makes it; without any option of that, for the services
/// of `run`. Warns of keys that no known event has. What a broker cannot be asked for is told: AMQP
/// cannot list bindings, RabbitMQ's management API can.
///
/// With --json each line is one of {"part": …}, {"surplus": …}, {"matching": …}, {"warning": …},
/// {"note": …} and, last, {"summary": …}.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    trunkline topology --transport 'amqp://localhost?profile=wazo' --group billing --name call_created\n  \
    trunkline topology --check --transport amqp://localhost --management http://guest:guest@localhost:15672\n  \
    trunkline topology --key 'calls.*' --known-key calls.call.created")]
pub(crate) struct Topology {
    #[command(flatten)]
    filter: Filter,

    /// A durable group of this name, instead of a live subscription
    #[arg(help_heading = "How", long, value_name = "NAME")]
    group: Option<String>,

    /// Exits with 1 if there is a difference
    #[arg(help_heading = "How", long)]
    check: bool,

    /// A routing key of events of your own, which patterns are checked against as well
    #[arg(help_heading = "How", long = "known-key", value_name = "KEY")]
    known_keys: Vec<String>,

    /// RabbitMQ's management API, by which bindings and all settings are compared. Also
    /// `management` in the configuration, where passwords are not seen by others
    #[arg(help_heading = "How", long, value_name = "URL")]
    management: Option<String>,
}

impl Topology {
    /// What was said of settings on the command line.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, String)> {
        let management = self.management.clone();
        management.map(|url| ("management", url)).into_iter()
    }

    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let settings = &session.settings;
        let place = settings.place("transport");
        let inspector = trunkline::inspect(&settings.transport)
            .map_err(|error| Failure::bad_value(place, chain(&error)))?;
        let dialect = dialect(settings);
        let (wanted, waits) = self.wanted(&*inspector, &*dialect)?;
        let plan = inspector.plan(&wanted, &waits)?;
        let known = Known::of(settings.dialect, &self.known_keys);
        let mut report = Report::new(plan, known.warnings(&wanted));
        let compared = compare(session, &*inspector, &wanted, &waits, &mut report);
        let compared = tokio::select! {
            biased;
            () = session.interrupt.asked() => return Ok(Exit::Interrupted),
            compared = compared => compared,
        };
        report.write(session)?;
        compared?;
        Ok(match self.check && report.has_differences() {
            true => Exit::Failed,
            false => Exit::Done,
        })
    }

    /// The subscriptions meant, and the waits of their retries.
    fn wanted(
        &self,
        inspector: &dyn Inspector,
        dialect: &dyn Dialect,
    ) -> Result<(Vec<SubscribeOptions>, Vec<Duration>), Failure> {
        if self.filter.is_empty() && self.group.is_none() {
            let services = host::wanted(dialect).into_iter();
            let groups = services.map(|(name, bindings)| SubscribeOptions::group(name, bindings));
            return Ok((groups.collect(), WAITS.into()));
        }
        let bindings = self.filter.bindings(dialect, inspector.capabilities())?;
        Ok(match &self.group {
            Some(group) => (vec![SubscribeOptions::group(group, bindings)], Vec::new()),
            None => (vec![SubscribeOptions::live(bindings)], Vec::new()),
        })
    }
}

/// Adds to a report what there is, as far as it can be had.
async fn compare(
    session: &Session,
    inspector: &dyn Inspector,
    wanted: &[SubscribeOptions],
    waits: &[Duration],
    report: &mut Report,
) -> Result<(), Failure> {
    let management = Management::of(&session.settings, inspector.name())?;
    let looked = inspector.look(wanted, waits).await;
    match looked {
        Ok(states) => report.found(states),
        Err(error) => {
            let unreachable = error.kind() == TransportErrorKind::Unreachable;
            report.found_nothing(&PartState::Unknown("the broker could not be asked".into()));
            if unreachable || management.is_none() {
                return Err(error.into());
            }
        }
    }
    if let Some(management) = management {
        report.listed(&management.list().await?);
    }
    Ok(())
}
