//! All services on one broker in memory, through days of traffic that take no time.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mini_pbx_traffic::{Speed, Town};
use tokio::sync::watch;
use tokio::time::timeout;
use trunkline::memory::MemoryBroker;
use trunkline::{
    Audience, Binding, Bus, DefaultDialect, EventName, HandlerOptions, HeaderCondition, HeaderTest,
    RunningService, Service, TenantId,
};

/// As long as things may take after the last happening, on a clock that jumps.
const PATIENCE: Duration = Duration::from_secs(3_600);

fn on(broker: &MemoryBroker) -> Bus {
    Bus::new(Arc::new(broker.connect()), DefaultDialect::default())
}

#[tokio::test(start_paused = true)]
async fn a_week_in_the_town_ends_as_the_ledger_says() {
    let bus = on(&MemoryBroker::new());
    let traffic = Town::new(11).with_days(5).traffic();
    let outcome = mini_pbx::run(&bus, &traffic, Speed::Times(1.0), PATIENCE).await;
    let outcome = outcome.unwrap();
    assert!(outcome.is_right(), "{:#?}", outcome.tenants);
    for (service, report) in &outcome.drained {
        assert_eq!((report.handed_back, report.cancelled), (0, 0), "{service}");
    }
    let transport = bus.transport();
    for (service, _) in &outcome.drained {
        let letters = transport.dead_letters(service).await.unwrap();
        assert_eq!(letters.list(None, 1).await.unwrap(), [], "{service}");
    }
}

#[tokio::test(start_paused = true)]
async fn doubles_and_links_that_break_change_nothing_in_the_end() {
    let broker = MemoryBroker::new();
    let bus = on(&broker);
    let traffic = Town::new(12).with_days(2).traffic();
    let trouble = async {
        loop {
            tokio::time::sleep(Duration::from_secs(700)).await;
            broker.duplicate(3);
            tokio::time::sleep(Duration::from_secs(700)).await;
            broker.restart();
        }
    };
    let outcome = tokio::select! {
        outcome = mini_pbx::run(&bus, &traffic, Speed::Times(1.0), PATIENCE) => outcome.unwrap(),
        () = trouble => unreachable!("trouble has no end"),
    };
    assert!(outcome.is_right(), "{:#?}", outcome.tenants);
}

/// A view of one tenant: the logs it has seen, and how much that was not its own.
struct View {
    running: RunningService,
    logs: watch::Receiver<u64>,
    foreign: Arc<AtomicU64>,
}

impl View {
    async fn of(tenant: &TenantId, bus: &Bus) -> Self {
        let (seen, logs) = watch::channel(0);
        let foreign = Arc::<AtomicU64>::default();
        let own = HeaderCondition::all([HeaderTest::equals("tenant_uuid", tenant.as_str())]);
        let own = Binding::builder().headers(own.unwrap()).build().unwrap();
        // A group, so that nothing is missed: what counts must see all there is.
        let service = Service::builder(format!("view-of-{tenant}"), bus.clone());
        let (tenant, strange) = (tenant.clone(), Arc::clone(&foreign));
        let look = move |EventName(name): EventName, audience: Audience| {
            if audience.tenant() != Some(&tenant) {
                strange.fetch_add(1, Ordering::Relaxed);
            } else if name == "call_log_created" {
                seen.send_modify(|seen| *seen += 1);
            }
            std::future::ready(())
        };
        let options = HandlerOptions::new().named("look");
        let service = service.on_binding_with(options, own, look).build();
        let running = service.unwrap().start().await.unwrap();
        Self {
            running,
            logs,
            foreign,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_tenant_sees_what_happens_in_another() {
    let bus = on(&MemoryBroker::new());
    let traffic = Town::new(13).with_size(4, 5).traffic();
    let mut views = Vec::new();
    for (tenant, expected) in &traffic.ledger {
        views.push((View::of(tenant, &bus).await, expected.calls));
    }
    let outcome = mini_pbx::run(&bus, &traffic, Speed::Max, PATIENCE).await;
    assert!(outcome.unwrap().is_right());
    for (mut view, calls) in views {
        let all = timeout(PATIENCE, view.logs.wait_for(|seen| *seen >= calls)).await;
        assert_eq!(*all.unwrap().unwrap(), calls);
        view.running.drain().await.unwrap();
        assert_eq!(view.foreign.load(Ordering::Relaxed), 0);
    }
}
