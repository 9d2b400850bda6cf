//! The mini PBX on real brokers: in one process, and as programs of which some are killed.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, HashMap};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use call_stats::CallStatsCounted;
use mini_pbx_call_logd::{Question, Totals, ask};
use mini_pbx_traffic::{Expected, Speed, Town, Traffic, play};
use trunkline::{
    Bus, DefaultDialect, Requester, RunningService, Service, State, TenantId, Transport, connect,
};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::process::{Launch, Process};
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::scratch::Scratch;
use trunkline_suite::{build, programs, wait_until, wait_until_async};
use trunkline_wazo::events::call_logd::CallLogCreated;

/// As long as anything may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(180);

/// Most deliveries in a service's hands: what may be told twice when it is killed.
const IN_HAND: u64 = 64;

/// A day in a small town on a real broker, all services in this process.
async fn a_day_on(transport: Arc<dyn Transport>) {
    let bus = Bus::new(transport, DefaultDialect::default());
    let traffic = Town::new(21).with_size(3, 5).traffic();
    let outcome = mini_pbx::run(&bus, &traffic, Speed::Max, PATIENCE).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    bus.close().await.unwrap();
    assert!(outcome.is_right(), "{:#?}", outcome.tenants);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_mosquitto_ends_as_the_ledger_says() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?client_id=pbx", broker.port());
    a_day_on(Arc::new(trunkline_mqtt::connect(&url).await.unwrap())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_rabbitmq_ends_as_the_ledger_says() {
    let vhost = Vhost::new(Node::shared());
    let url = format!("{}?profile=wazo", vhost.url());
    a_day_on(Arc::new(trunkline_amqp::connect(&url).await.unwrap())).await;
}

/// The services, each a process of its own, on one broker.
struct Pbx {
    transport: String,
    scratch: Scratch,
    running: BTreeMap<&'static str, Process>,
}

impl Pbx {
    const SERVICES: [&'static str; 6] =
        ["authd", "confd", "calld", "chatd", "call-logd", "plugind"];

    fn start(transport: String) -> Self {
        build().unwrap();
        let scratch = Scratch::new("mini-pbx");
        let plugins = scratch.file("plugins");
        std::fs::create_dir(&plugins).unwrap();
        let built = programs().join("deps/libcall_stats.so");
        std::fs::copy(built, plugins.join("call-stats.so")).unwrap();
        std::fs::write(plugins.join("call-stats.toml"), "[config]\nevery = 1\n").unwrap();
        let mut pbx = Self {
            transport,
            scratch,
            running: BTreeMap::new(),
        };
        for service in Self::SERVICES {
            pbx.start_one(service);
        }
        pbx
    }

    /// Starts a service; returns when it says that it runs.
    fn start_one(&mut self, service: &'static str) {
        let log = self
            .scratch
            .file(&format!("{service}-{}", fastrand::u64(..)));
        let process = Launch::new(programs().join(format!("mini-pbx-{service}")))
            .env("PBX_TRANSPORT", &self.transport)
            .env("PBX_STATE", self.scratch.file("state"))
            .env("PBX_PLUGINS", self.scratch.file("plugins"))
            .log_to(log)
            .start();
        self.running.insert(service, process);
        let process = self.running.get_mut(service).unwrap();
        wait_until(PATIENCE, format_args!("{service} running"), || {
            assert!(process.ended().is_none(), "{service}: {}", process.log());
            process.log().contains(" running ")
        });
    }

    /// Ends a service without a word (SIGKILL), and starts it again.
    fn kill(&mut self, service: &'static str) {
        self.running.get_mut(service).unwrap().kill();
        self.start_one(service);
    }

    /// Asks every service to end (SIGTERM), and holds that each drains.
    fn drain(mut self) {
        for (service, process) in &mut self.running {
            let status = process.terminate(PATIENCE);
            assert!(status.success(), "{service}: {}", process.log());
            assert!(process.log().contains("drained"), "{service}");
        }
    }
}

/// What was told of each tenant.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<HashMap<TenantId, Told>>>);

#[derive(Default)]
struct Told {
    /// How often each call was logged.
    logs: HashMap<String, u64>,
    /// Sides of calls that have ended, as the plugin counts them.
    sides: u64,
}

impl Ledger {
    fn of<T>(&self, tenant: &TenantId, change: impl FnOnce(&mut Told) -> T) -> T {
        let mut ledger = self.0.lock().unwrap();
        change(ledger.entry(tenant.clone()).or_default())
    }

    fn sum(&self, what: impl Fn(&Told) -> u64) -> u64 {
        self.0.lock().unwrap().values().map(what).sum()
    }

    fn logged(&self) -> u64 {
        self.sum(|told| told.logs.len() as u64)
    }

    /// How often a call was logged that had been before.
    fn doubles(&self) -> u64 {
        self.sum(|told| told.logs.values().map(|times| times - 1).sum())
    }
}

async fn logged(log: CallLogCreated, tenant: TenantId, ledger: State<Ledger>) {
    let call = log.conversation_id.unwrap().to_string();
    ledger
        .0
        .of(&tenant, |told| *told.logs.entry(call).or_default() += 1);
}

async fn counted(stats: CallStatsCounted, tenant: TenantId, ledger: State<Ledger>) {
    ledger
        .0
        .of(&tenant, |told| told.sides = told.sides.max(stats.ended));
}

/// Counts what call-logd and the plugin tell, in a group of its own: nothing is missed.
async fn count_on(bus: &Bus, ledger: &Ledger) -> RunningService {
    let service = Service::builder("ledger", bus.clone())
        .on(logged)
        .on(counted);
    let service = service.state(ledger.clone()).build().unwrap();
    service.start().await.unwrap()
}

/// Has it happen while `victims` are killed, each when a further part of the calls is logged; then holds
/// what came of it against what should.
async fn nothing_is_lost(
    mut pbx: Pbx,
    bus: Bus,
    (traffic, speed): (&Traffic, Speed),
    victims: &[&'static str],
) {
    let ledger = Ledger::default();
    let counting = count_on(&bus, &ledger).await;
    let calls: u64 = traffic.ledger.values().map(|tenant| tenant.calls).sum();
    let publisher = bus.publisher();
    let played = play(&publisher, &traffic.happenings, speed);
    let killed = async {
        for (victim, number) in victims.iter().zip(1..) {
            let part = calls * number / (victims.len() as u64 + 1);
            until_logged(&ledger, part).await;
            // Starting a process waits for it: that must not hold up the traffic.
            tokio::task::block_in_place(|| pbx.kill(victim));
        }
    };
    let (played, ()) = tokio::join!(played, killed);
    played.unwrap();
    until_logged(&ledger, calls).await;

    let requester = Requester::open(bus.transport().clone()).await.unwrap();
    for (tenant, expected) in &traffic.ledger {
        let logs = ledger.of(tenant, |told| told.logs.len() as u64);
        assert_eq!(logs, expected.calls, "{tenant}");
        until_total(&requester, tenant, expected).await;
        // Each call has two sides, and a plugin takes a double for a call of its own.
        let what = format!("the plugin's count of {tenant}");
        let sides = || ledger.of(tenant, |told| told.sides);
        wait_until_async(PATIENCE, what, async || sides() >= 2 * expected.calls).await;
    }
    let deaths = victims.iter().filter(|victim| **victim == "call-logd");
    let bound = IN_HAND * deaths.count() as u64;
    assert!(ledger.doubles() <= bound, "{} doubles", ledger.doubles());
    for service in Pbx::SERVICES {
        let letters = bus.transport().dead_letters(service).await.unwrap();
        let letters = letters.list(None, 5).await.unwrap();
        assert!(letters.is_empty(), "{service}: {letters:#?}");
    }
    counting.drain().await.unwrap();
    pbx.drain();
    bus.close().await.unwrap();
}

async fn until_logged(ledger: &Ledger, calls: u64) {
    let what = format!("{calls} calls logged");
    wait_until_async(PATIENCE, what, async || ledger.logged() >= calls).await;
}

/// Asks call-logd what a tenant's calls add up to, until it is what it should be: it adds a call when it
/// has told of it.
async fn until_total(requester: &Requester, tenant: &TenantId, expected: &Expected) {
    let question = Question {
        tenant: tenant.to_string(),
    };
    let right = Totals {
        calls: expected.calls,
        answered: expected.answered,
        talked: expected.talked,
    };
    let mut told = Totals::default();
    let give_up = Instant::now() + PATIENCE;
    while told != right {
        assert!(
            Instant::now() < give_up,
            "{tenant}: {told:?}, not {right:?}"
        );
        told = ask(requester, &question, PATIENCE).await.unwrap();
    }
}

/// How long the town is watched, and how often somebody is killed.
fn scale() -> (u32, usize) {
    let full = std::env::var("TRUNKLINE_TEST_SCALE").is_ok_and(|scale| scale == "full");
    if full { (10, 20) } else { (1, 1) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_on_rabbitmq_lose_no_call_though_they_are_killed() {
    let vhost = Vhost::new(Node::shared());
    let url = format!("{}?profile=wazo", vhost.url());
    let pbx = Pbx::start(url.clone());
    let (days, rounds) = scale();
    let traffic = Town::new(22).with_size(3, 5).with_days(days).traffic();
    let victims = ["calld", "call-logd"].repeat(rounds);
    let bus = connect(&url).await.unwrap();
    nothing_is_lost(pbx, bus, (&traffic, Speed::Max), &victims).await;
}

/// At a speed that leaves no backlog, and with nobody killed: mosquitto 2.0.11 lets what waits for a
/// member whose window is full be overtaken by what comes then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_on_mosquitto_agree_with_the_ledger() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?client_id=", broker.port());
    let pbx = Pbx::start(format!("{url}{{service}}"));
    let traffic = Town::new(23).with_size(2, 4).traffic();
    let bus = connect(&format!("{url}town")).await.unwrap();
    nothing_is_lost(pbx, bus, (&traffic, Speed::Times(4_000.0)), &[]).await;
}

#[test]
fn a_service_that_is_misconfigured_says_which_key() {
    build().unwrap();
    let output = Command::new(programs().join("mini-pbx-confd"))
        .env("PBX_TRANSPROT", "memory:")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.to_lowercase().contains("transprot"), "{told}");
}
