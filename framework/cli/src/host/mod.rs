//! The services that `run` hosts, and the account kept of their work.

mod account;
mod audit;
mod calls;
mod listing;
mod narrator;
mod plugins;
mod summary;
mod teller;

use std::sync::Arc;
use std::time::Duration;

use trunkline::{
    Binding, BuildError, Bus, Dialect, DrainReport, RetryPolicy, RunningService, ServiceBuilder,
};

pub(crate) use account::{Account, Counts};
pub(crate) use audit::Drill;
use calls::CallStats;
pub(crate) use listing::{Listing, refused, write_plugins};
pub(crate) use narrator::Narrator;
pub(crate) use plugins::{NAME as PLUGINS, Plugins, plugin_files, reach, room};
pub(crate) use summary::Summary;

use crate::failure::{Failure, chain};
use crate::session::Session;

/// Names of the services, which are also their groups'.
pub(crate) const SERVICES: [&str; 2] = [audit::NAME, calls::NAME];

/// The waits before what failed is tried again, short: whoever looks on is not to be kept waiting.
pub(crate) const WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// What the services' subscriptions ask the broker for, by their groups.
pub(crate) fn wanted(dialect: &dyn Dialect) -> [(&'static str, Vec<Binding>); 2] {
    [
        (audit::NAME, audit::bindings()),
        (calls::NAME, calls::bindings(dialect)),
    ]
}

/// A service about to be started, and what reaches it.
pub(crate) struct Hosted {
    /// Its name, which is also its group's.
    pub(crate) name: &'static str,
    /// What its subscription asks the broker for.
    pub(crate) bindings: Vec<Binding>,
    /// The service.
    pub(crate) builder: ServiceBuilder,
    /// Deliveries it needs in hand at least.
    pub(crate) least_prefetch: u16,
}

/// Services at work.
pub(crate) struct Host {
    running: Vec<RunningService>,
    calls: Arc<CallStats>,
}

impl Host {
    /// Starts the services that are wanted. Their work is kept account of in `account`, which
    /// must observe the bus.
    pub(crate) async fn start(
        session: &Session,
        bus: &Bus,
        account: &Account,
        drills: &[Drill],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, Failure> {
        let calls = Arc::new(CallStats::default());
        let all = [audit::service(bus, drills), calls::service(bus, &calls)];
        let mut running = Vec::new();
        for hosted in all.into_iter().filter(|hosted| wanted(hosted.name)) {
            running.push(start(session, account, hosted).await?);
        }
        Ok(Self { running, calls })
    }

    /// What was counted of calls.
    pub(crate) fn calls(&self) -> &Arc<CallStats> {
        &self.calls
    }

    /// Lets the services finish what they have, and ends them.
    pub(crate) async fn drain(self) -> Result<DrainReport, Failure> {
        drain(self.running).await
    }
}

/// Starts a service.
pub(crate) async fn start(
    session: &Session,
    account: &Account,
    hosted: Hosted,
) -> Result<RunningService, Failure> {
    let prefetch = session.settings.prefetch.get();
    let service = hosted
        .builder
        .retry(RetryPolicy::ladder(WAITS))
        .prefetch(prefetch.max(hosted.least_prefetch))
        .drain_timeout(session.settings.drain_timeout)
        .build()
        .map_err(|error: BuildError| Failure::running(chain(&error)))?;
    account.add(hosted.name, hosted.bindings);
    Ok(service.start().await?)
}

/// Drains services beside each other, and adds up what they report.
pub(crate) async fn drain(running: Vec<RunningService>) -> Result<DrainReport, Failure> {
    // All are told first, so that none waits for another's deadline.
    running.iter().for_each(|service| service.handle().stop());
    let mut sum = DrainReport::default();
    for service in running {
        let name = service.handle().name().to_owned();
        let report = service
            .finished()
            .await
            .map_err(|error| Failure::running(format!("service `{name}`")).caused_by(error))?;
        sum.finished += report.finished;
        sum.handed_back += report.handed_back;
        sum.cancelled += report.cancelled;
    }
    Ok(sum)
}
