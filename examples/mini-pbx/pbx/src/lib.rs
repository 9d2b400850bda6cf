//! The whole mini PBX in one process: its services on one bus, a town's traffic through them, and a
//! ledger that is held against what came of it.

use std::error::Error;
use std::time::Duration;

use mini_pbx_call_logd::{Logs, Totals};
use mini_pbx_common::Store;
use mini_pbx_traffic::{Expected, Speed, Traffic, play};
use tokio::time::timeout;
use trunkline::{
    Bus, DrainReport, Ending, Health, RunningService, ServiceBuilder, TenantId, TransportError,
};

/// The services, not yet started. `logs` is what call-logd remembers; the others forget.
pub fn services(bus: &Bus, logs: &Logs) -> Vec<ServiceBuilder> {
    vec![
        mini_pbx_authd::service(bus.clone(), Store::memory()),
        mini_pbx_confd::service(bus.clone(), Store::memory()),
        mini_pbx_calld::service(bus.clone(), Store::memory()),
        mini_pbx_chatd::service(bus.clone(), Store::memory()),
        mini_pbx_call_logd::service(bus.clone(), logs.clone()),
    ]
}

/// What came of a town's traffic.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// How much happened.
    pub happenings: usize,
    /// Each tenant's name, what its calls add up to, and what they should.
    pub tenants: Vec<(String, Totals, Expected)>,
    /// How each service ended.
    pub drained: Vec<(String, DrainReport)>,
}

impl Outcome {
    /// Whether every tenant has what it should, neither more nor less.
    pub fn is_right(&self) -> bool {
        self.tenants
            .iter()
            .all(|(_, found, expected)| agree(found, expected))
    }
}

fn agree(found: &Totals, expected: &Expected) -> bool {
    (found.calls, found.answered, found.talked)
        == (expected.calls, expected.answered, expected.talked)
}

/// Starts all services, has it happen, waits until every call is logged, and drains.
///
/// # Errors
/// The first trouble met, or that calls were still missing after `patience`.
pub async fn run(
    bus: &Bus,
    traffic: &Traffic,
    speed: Speed,
    patience: Duration,
) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
    let logs = Logs::new(Store::memory());
    let mut running: Vec<RunningService> = Vec::new();
    for service in services(bus, &logs) {
        running.push(service.build()?.start().await?);
    }
    let happenings = play(&bus.publisher(), &traffic.happenings, speed).await?;
    let calls = traffic.ledger.values().map(|expected| expected.calls).sum();
    if timeout(patience, logs.reached(calls)).await.is_err() {
        let mut told = format!("of {calls} calls some are still missing after {patience:?}");
        for service in running {
            told.push_str(&tell(bus, service).await?);
        }
        return Err(told.into());
    }
    let mut drained = Vec::new();
    for service in running {
        let name = service.handle().name().to_owned();
        drained.push((name, service.drain().await?));
    }
    let of = |(id, name): &(TenantId, String)| {
        let expected = traffic.ledger.get(id).copied().unwrap_or_default();
        (name.clone(), logs.totals(id), expected)
    };
    Ok(Outcome {
        happenings,
        tenants: traffic.names.iter().map(of).collect(),
        drained,
    })
}

/// How far a service has come, why it ended if it did, and the first of its dead letters.
async fn tell(bus: &Bus, service: RunningService) -> Result<String, TransportError> {
    let handle = service.handle();
    let (name, acked) = (handle.name(), handle.ended(&Ending::Acked));
    let letters = bus.transport().dead_letters(name).await?;
    let letters = letters.list(None, 1).await?;
    let health = handle.health();
    let mut told = format!("\n  {name}: {health}, {acked} acked");
    if health == Health::Closed
        && let Err(error) = service.finished().await
    {
        told.push_str(&format!(", ended by itself: {error:?}"));
    }
    if let Some(letter) = letters.first() {
        let key = letter.envelope.routing_key();
        told.push_str(&format!(", dead letter `{key}`: {}", letter.error));
    }
    Ok(told)
}
