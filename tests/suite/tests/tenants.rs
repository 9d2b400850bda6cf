//! A second tenant never sees the first's events, whatever services there are and whatever they
//! ask for: random topologies against what a plain reading of them says.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use trunkline::testing::{Handled, Harness};
use trunkline::{
    Audience, Binding, Bus, DefaultDialect, DynamicEvent, HandlerError, HandlerOptions,
    HeaderCondition, HeaderTest, Publisher, Service, ServiceBuilder, TenantId, Transport, UserId,
};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::rabbitmq::{Node, Vhost};

/// Tenants whose names begin alike, differ in case, or look like patterns.
const TENANTS: [&str; 5] = ["acme", "acme2", "ACME", "ac*e", "acme.#"];
const NAMES: [&str; 3] = ["call_created", "call_ended", "queue_joined"];
/// What services publish themselves, for the tenant of what they were told.
const NOTE: &str = "note_taken";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Live,
    Group,
    Exclusive,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wants {
    Everything,
    Name(&'static str),
    Calls,
    QueueKeys,
}

/// A service that looks at one tenant.
#[derive(Debug, Clone)]
struct Watcher {
    tenant: &'static str,
    kind: Kind,
    wants: Wants,
    /// Takes a note of each event, which is an event of the same tenant.
    notes: bool,
    members: usize,
}

#[derive(Debug, Clone)]
struct Told {
    tenant: &'static str,
    name: &'static str,
    users: Vec<&'static str>,
}

fn watcher() -> impl Strategy<Value = Watcher> {
    let wants = prop_oneof![
        Just(Wants::Everything),
        select(NAMES.as_slice()).prop_map(Wants::Name),
        Just(Wants::Calls),
        Just(Wants::QueueKeys),
    ];
    let kind = select([Kind::Live, Kind::Group, Kind::Exclusive].as_slice());
    let tenant = select(TENANTS.as_slice());
    (tenant, kind, wants, any::<bool>(), 1..3_usize).prop_map(
        |(tenant, kind, wants, notes, members)| Watcher {
            tenant,
            kind,
            wants,
            notes,
            // Each live member has a copy of its own, which would only be counted twice.
            members: if kind == Kind::Live { 1 } else { members },
        },
    )
}

fn told() -> impl Strategy<Value = Told> {
    let users = prop::collection::vec(select(["ada", "bo"].as_slice()), 0..3);
    let (tenant, name) = (select(TENANTS.as_slice()), select(NAMES.as_slice()));
    (tenant, name, users).prop_map(|(tenant, name, users)| Told {
        tenant,
        name,
        users,
    })
}

impl Wants {
    /// Whether this is one of the events wanted, by name and key alone.
    fn fit(self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Name(wanted) => wanted == name,
            Self::Calls => name.starts_with("call_"),
            Self::QueueKeys => name == "queue_joined",
        }
    }
}

impl Watcher {
    fn service(&self, name: &str, bus: Bus) -> ServiceBuilder {
        let own = HeaderCondition::all([HeaderTest::equals("tenant_uuid", self.tenant)]);
        let own = Binding::builder().headers(own.unwrap());
        let binding = match self.wants {
            Wants::Everything => own,
            Wants::Name(name) => own.name(name),
            Wants::Calls => own.name("call_*"),
            Wants::QueueKeys => own.key("queues.#"),
        };
        let notes = self.notes;
        let handler = move |tenant: TenantId, name: trunkline::EventName, out: Publisher| {
            take_note(notes, tenant, name.0, out)
        };
        let options = HandlerOptions::new().named("watch");
        let service =
            Service::builder(name, bus).on_binding_with(options, binding.build().unwrap(), handler);
        match self.kind {
            Kind::Live => service.live(),
            Kind::Group => service.group(name),
            Kind::Exclusive => service.exclusive(name),
        }
    }

    /// The events this watcher is to see, by name.
    fn expects(&self, events: &[(&str, &'static str)]) -> Vec<&'static str> {
        let own = events.iter().filter(|(tenant, _)| *tenant == self.tenant);
        own.map(|(_, name)| *name)
            .filter(|name| self.wants.fit(name))
            .collect()
    }
}

async fn take_note(
    notes: bool,
    tenant: TenantId,
    name: String,
    out: Publisher,
) -> Result<(), HandlerError> {
    // A note of a note, and so on, would have no end.
    if notes && name != NOTE {
        out.publish(&DynamicEvent::tenant(NOTE, "notes.taken", tenant)?)
            .await?;
    }
    Ok(())
}

fn event(told: &Told) -> DynamicEvent {
    let tenant = TenantId::from(told.tenant);
    let audience = match told.users.as_slice() {
        [] => Audience::Tenant(tenant),
        [user] => Audience::User {
            tenant,
            user: Some(UserId::from(*user)),
        },
        users => Audience::users(tenant, users.iter().copied()),
    };
    let key = format!("{}s.17.changed", told.name.split('_').next().unwrap());
    DynamicEvent::new(told.name, key, audience).unwrap()
}

/// Every event handled by one service, once: a broker may hand one over again. Their names, and the
/// tenants they are of.
fn seen(handled: &[Handled], bus: &Bus, service: &str) -> Vec<(String, String)> {
    let mut known = HashSet::new();
    let own = handled.iter().filter(|handled| handled.service == service);
    let own = own.filter(|handled| known.insert(handled.envelope.id().cloned()));
    let read = own.map(|handled| {
        let name = bus.dialect().event_name(&handled.envelope).unwrap();
        let audience = bus.dialect().audience(&handled.envelope).unwrap();
        let tenant = audience.tenant().unwrap().to_string();
        (name.into_owned(), tenant)
    });
    read.collect()
}

/// The same topology, without what this transport does not offer.
fn offered(mut watchers: Vec<Watcher>, bus: &Bus) -> Vec<Watcher> {
    let can = bus.transport().capabilities();
    for watcher in &mut watchers {
        if watcher.kind == Kind::Exclusive && !can.exclusive {
            watcher.kind = Kind::Group;
        }
        if bus.transport().name() == "mqtt" {
            // A member is a session, named after the one client there is here.
            watcher.members = 1;
        }
    }
    watchers
}

/// Runs one topology and holds each watcher to what it is to see, neither more nor less.
async fn nobody_sees_what_is_anothers(harness: Harness, watchers: Vec<Watcher>, told: &[Told]) {
    let bus = harness.bus();
    let watchers = offered(watchers, &bus);
    for (number, watcher) in watchers.iter().enumerate() {
        for _ in 0..watcher.members {
            let service = watcher.service(&format!("w{number}"), harness.bus());
            harness.start(service).await;
        }
    }
    let mut events: Vec<(&str, &'static str)> = Vec::new();
    for told in told {
        harness.publish(&event(told)).await;
        events.push((told.tenant, told.name));
    }
    let takers = watchers.iter().filter(|watcher| watcher.notes);
    let notes = takers.flat_map(|watcher| {
        let taken = watcher.expects(&events).len();
        std::iter::repeat_n((watcher.tenant, NOTE), taken)
    });
    let notes: Vec<_> = notes.collect();
    events.extend(notes);

    // What a handler publishes may be on its way still when the event that led to it is handled.
    let notes_of =
        |names: &mut dyn Iterator<Item = &str>| names.filter(|name| *name == NOTE).count();
    let all_there = || {
        let handled = harness.all_handled();
        watchers.iter().enumerate().all(|(number, watcher)| {
            let seen = seen(&handled, &bus, &format!("w{number}"));
            let there = notes_of(&mut seen.iter().map(|(name, _)| name.as_str()));
            there >= notes_of(&mut watcher.expects(&events).into_iter())
        })
    };
    let waited = async {
        while !all_there() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    // What is missing is told below.
    let _ = tokio::time::timeout(Duration::from_secs(30), waited).await;

    let handled = harness.all_handled();
    for (number, watcher) in watchers.iter().enumerate() {
        let seen = seen(&handled, &harness.bus(), &format!("w{number}"));
        let foreign = seen.iter().find(|(_, tenant)| tenant != watcher.tenant);
        assert_eq!(foreign, None, "{watcher:?} sees what is another tenant's");
        let count = |name: &str| seen.iter().filter(|(seen, _)| seen == name).count();
        let expected = watcher.expects(&events);
        for name in NAMES {
            let expected = expected.iter().filter(|wanted| **wanted == name).count();
            assert_eq!(count(name), expected, "{name}: {watcher:?}");
        }
        // Of an event that is handed over again a note is taken again, which is another event.
        let notes = expected.iter().filter(|wanted| **wanted == NOTE).count();
        assert!(
            count(NOTE) >= notes,
            "{} of {notes} notes: {watcher:?}",
            count(NOTE)
        );
    }
    harness.drain().await;
    bus.close().await.unwrap();
}

/// Runs one topology on a real broker.
fn on_broker(
    connect: impl Future<Output = Arc<dyn Transport>>,
    watchers: Vec<Watcher>,
    told: &[Told],
) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bus = Bus::new(connect.await, DefaultDialect::default());
        let harness = Harness::on(&bus).with_patience(Duration::from_secs(60));
        nobody_sees_what_is_anothers(harness, watchers, told).await;
    });
}

/// How many topologies are tried on a real broker.
fn a_few() -> ProptestConfig {
    let full = std::env::var("TRUNKLINE_TEST_SCALE").is_ok_and(|scale| scale == "full");
    ProptestConfig::with_cases(if full { 100 } else { 8 })
}

proptest! {
    #[test]
    fn no_tenant_sees_anothers_events_in_memory(
        watchers in prop::collection::vec(watcher(), 1..6),
        told in prop::collection::vec(told(), 1..12),
    ) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(nobody_sees_what_is_anothers(Harness::memory(), watchers, &told));
    }
}

proptest! {
    #![proptest_config(a_few())]

    #[test]
    fn no_tenant_sees_anothers_events_on_rabbitmq(
        watchers in prop::collection::vec(watcher(), 1..6),
        told in prop::collection::vec(told(), 1..12),
        profile in select(["exchange=tenants", "profile=wazo"].as_slice()),
    ) {
        let vhost = Vhost::new(Node::shared());
        let connect = async {
            let url = format!("{}?{profile}", vhost.url());
            Arc::new(trunkline_amqp::connect(&url).await.unwrap()) as Arc<dyn Transport>
        };
        on_broker(connect, watchers, &told);
    }

    #[test]
    fn no_tenant_sees_anothers_events_on_mosquitto(
        watchers in prop::collection::vec(watcher(), 1..6),
        told in prop::collection::vec(told(), 1..12),
    ) {
        let broker = Setup::new().start();
        let connect = async {
            let url = format!("mqtt://127.0.0.1:{}?client_id=watchers", broker.port());
            Arc::new(trunkline_mqtt::connect(&url).await.unwrap()) as Arc<dyn Transport>
        };
        on_broker(connect, watchers, &told);
    }
}
