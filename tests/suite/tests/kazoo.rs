//! Kazoo's events on a real RabbitMQ: on the exchange of Kazoo's name and kind, from what others
//! publish as Kazoo does to the typed handler, each account's apart.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline::kazoo::events::{ChannelAnswer, ChannelCreate, ChannelDestroy};
use trunkline::kazoo::{Kazoo, Message};
use trunkline::{
    Audience, Bus, Envelope, HandlerError, Headers, Properties, PublishOptions, Publisher, Routing,
    RoutingKey, RunningService, Service, TenantEvent, TenantId, Transport, Value,
};
use trunkline_suite::rabbitmq::{Node, Vhost};

const PATIENCE: Duration = Duration::from_secs(60);
const ACCOUNT: &str = "account0000000000000000000000002";
const OWNER: &str = "699ed7e3d583e2577ac017c575f87262";
const OTHER: &str = "5a2d994fbae69b1d6b01eb9f0e7dfe62";
const LEG: &str = "at6dmu4ffk97vnlp6qfq";

/// The seed's sample events, as Kazoo's documentation prints them.
fn samples() -> [Json; 3] {
    let vectors = include_str!("../../../framework/kazoo/tests/vectors/kazoo-vectors.jsonl");
    let vectors = vectors
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());
    let vectors: Vec<_> = vectors.collect();
    let of = |id: &str, path: &str| {
        let vector = vectors.iter().find(|vector| vector["id"] == id).unwrap();
        vector.pointer(path).unwrap().clone()
    };
    [
        of("legacy-event-01", "/out/message"),
        of("public-data-01", "/in/message"),
        of("legacy-event-03", "/out/message"),
    ]
}

async fn rabbit() -> (Vhost, Arc<dyn Transport>) {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    let transport = connect(&vhost).await;
    (vhost, transport)
}

async fn connect(vhost: &Vhost) -> Arc<dyn Transport> {
    let url = format!("{}?profile=kazoo", vhost.url());
    Arc::new(trunkline_amqp::connect(&url).await.unwrap())
}

fn kazoo() -> Kazoo {
    Kazoo::new("billing", "1.0").with_node("billing@apps1.example.com")
}

/// What handlers were told, of one account alone.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<BTreeSet<String>>>);

impl Ledger {
    fn note(&self, line: String) -> Result<(), HandlerError> {
        self.0.lock().unwrap().insert(line);
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().cloned().collect()
    }
}

/// A service with a typed handler for each of the three, which tells accounts apart.
async fn billing(bus: &Bus) -> (RunningService, Ledger) {
    let ledger = Ledger::default();
    let (created, answered, ended) = (ledger.clone(), ledger.clone(), ledger.clone());
    let service = Service::builder("billing", bus.clone())
        .group("billing")
        .on(
            move |call: ChannelCreate, account: TenantId, audience: Audience| {
                let [owner] = audience.named_users() else {
                    panic!("{audience:?}")
                };
                let (leg, request) = (call.call_id(), call.request());
                let told = format!("{account} created {leg:?} by {owner} to {request:?}");
                let noted = created.note(told);
                async move { noted }
            },
        )
        .on(move |call: ChannelAnswer, account: TenantId| {
            let noted = answered.note(format!("{account} answered {:?}", call.call_id()));
            async move { noted }
        })
        .on(move |call: ChannelDestroy, account: TenantId| {
            let told = format!(
                "{account} ended {:?} {:?}",
                call.hangup_cause(),
                call.billed()
            );
            let noted = ended.note(told);
            async move { noted }
        });
    let service = service.build().unwrap().start().await.unwrap();
    (service, ledger)
}

/// What the three samples must have been told as, for an account.
fn told(account: &str) -> [String; 3] {
    let [create, _, destroy] = samples();
    let request = create["Request"].as_str();
    let cause = destroy["Hangup-Cause"].as_str();
    [
        format!("{account} answered {:?}", Some(LEG)),
        format!(
            "{account} created {:?} by {OWNER} to {request:?}",
            Some(LEG)
        ),
        format!(
            "{account} ended {cause:?} {:?}",
            Some(Duration::from_secs(31))
        ),
    ]
}

/// The message as a switch of Kazoo's publishes it.
fn as_kazoo_does(message: &Json) -> Envelope {
    let text = message.to_string();
    let published = Message::parse(&text).unwrap().publish("n@h").unwrap();
    assert_eq!(published.exchange, "callevt");
    let mut properties = Properties::new();
    properties.set_content_type(Some("application/json"));
    properties.set_persistent(false);
    let key = RoutingKey::verbatim(published.routing_key.as_str()).unwrap();
    let leg = message["Call-ID"].as_str().unwrap();
    let headers = Headers::try_from_iter([("call-id", Value::from(leg))]).unwrap();
    let body = published.payload.get().as_bytes().to_vec();
    Envelope::from_parts(key, headers, properties, body)
}

async fn until_settled(service: &RunningService, count: u64) {
    let handle = service.handle();
    let settled = timeout(PATIENCE, handle.settled(count)).await;
    settled.expect("all of it is settled");
}

/// Publishes a message as a typed event of an account.
async fn publish<E: TenantEvent + DeserializeOwned>(publisher: &Publisher, message: Json) {
    let event: E = serde_json::from_value(message).unwrap();
    let sent = publisher.publish(&event.for_tenant(ACCOUNT)).await.unwrap();
    assert_eq!(sent.routing, Routing::Routed);
}

#[tokio::test]
async fn the_seeds_samples_pass_from_the_exchange_to_their_typed_handlers() {
    let (vhost, transport) = rabbit().await;
    let bus = Bus::new(transport.clone(), kazoo());
    let (service, ledger) = billing(&bus).await;
    // As it comes from Kazoo, for one account and, changed in nothing else, for another.
    for account in [ACCOUNT, OTHER] {
        for mut message in samples() {
            message["Custom-Channel-Vars"]["Account-ID"] = account.into();
            message["Custom-Channel-Vars"]["Owner-ID"] = OWNER.into();
            let sent = transport.publish(as_kazoo_does(&message), PublishOptions::new());
            assert_eq!(sent.await.unwrap().routing, Routing::Routed);
        }
    }
    until_settled(&service, 6).await;
    let mut expected = [told(ACCOUNT), told(OTHER)].concat();
    expected.sort();
    assert_eq!(ledger.lines(), expected);
    service.drain().await.unwrap();
    drop(vhost);
}

#[tokio::test]
async fn typed_events_of_ours_are_encoded_published_and_handled_for_their_account_alone() {
    let (vhost, transport) = rabbit().await;
    let bus = Bus::new(transport, kazoo());
    let (service, ledger) = billing(&bus).await;
    let publisher = bus.publisher();
    let [create, answer, destroy] = samples();
    publish::<ChannelCreate>(&publisher, create).await;
    publish::<ChannelAnswer>(&publisher, answer).await;
    publish::<ChannelDestroy>(&publisher, destroy).await;
    until_settled(&service, 3).await;
    assert_eq!(ledger.lines(), told(ACCOUNT));
    service.drain().await.unwrap();
    drop(vhost);
}

#[tokio::test]
async fn an_exchange_that_kazoo_declared_is_joined_and_ours_is_one_that_kazoo_can_declare() {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    // What Kazoo declares (kz_amqp_util): topic, neither durable nor deleted by itself.
    let declare = format!(
        "rabbit_exchange:declare(rabbit_misc:r(<<\"{}\">>, exchange, <<\"callevt\">>), topic, \
         false, false, false, [], <<\"kazoo\">>).",
        vhost.name()
    );
    let node = vhost.node().clone();
    spawn_blocking(move || node.eval(&declare)).await.unwrap();
    let joined = connect(&vhost).await;
    joined.close().await.unwrap();

    let (vhost, ours) = rabbit().await;
    let node = vhost.node().clone();
    let name = vhost.name().to_owned();
    let list = move || {
        let columns = ["name", "type", "durable", "auto_delete", "internal"];
        let mut arguments = vec!["list_exchanges", "-q", "--no-table-headers", "-p", &name];
        arguments.extend(columns);
        node.ctl(&arguments)
    };
    let exchanges = spawn_blocking(list).await.unwrap();
    let line = exchanges.lines().find(|line| line.starts_with("callevt"));
    let words: Vec<_> = line.expect("it is there").split_whitespace().collect();
    assert_eq!(words, ["callevt", "topic", "false", "false", "false"]);
    ours.close().await.unwrap();
}
