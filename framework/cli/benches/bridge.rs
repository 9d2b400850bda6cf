//! `trunkline bridge` between RabbitMQ and mosquitto, beside what each of its sides does alone, in the
//! same run.
//!
//! `cargo bench -p trunkline-cli --bench bridge [-- --events N --rounds N --window N]`
#![allow(clippy::unwrap_used, reason = "a benchmark may")]
#![allow(clippy::print_stdout, reason = "figures are what it is for")]
#![allow(missing_docs, reason = "a program")]

use std::num::NonZeroU16;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use trunkline::{
    Binding, Envelope, EventId, PublishOptions, RoutingKey, SubscribeOptions, Transport,
};
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::rabbitmq::{Node, Vhost};

const KEYS: &str = "calls.#";
/// The group that the bridge takes events from.
const AWAY: &str = "away";

/// A broker with nothing on it.
enum Place {
    Amqp(Vhost),
    Mqtt(Mosquitto),
}

impl Place {
    fn amqp() -> Self {
        Self::Amqp(Vhost::new(Node::shared()))
    }

    fn mqtt() -> Self {
        let setup = Setup::new().forgetful().quiet();
        let unbounded = "max_inflight_messages 0\nmax_queued_messages 0";
        Self::Mqtt(setup.with(unbounded).start())
    }

    fn url(&self, client: &str) -> String {
        match self {
            Self::Amqp(vhost) => format!("{}?exchange=amq.topic", vhost.url()),
            Self::Mqtt(broker) => {
                format!("mqtt://127.0.0.1:{}?client_id={client}", broker.port())
            }
        }
    }

    async fn connect(&self, client: &str) -> Arc<dyn Transport> {
        trunkline::connect_transport(&self.url(client))
            .await
            .unwrap()
    }

    /// Has the broker keep what comes for a group.
    async fn keep_for(&self, group: &str) {
        let transport = self.connect("bridge").await;
        let subscribed = transport.subscribe(member_of(group)).await.unwrap();
        subscribed.close().await.unwrap();
        transport.close().await.unwrap();
    }
}

fn member_of(group: &str) -> SubscribeOptions {
    let keys = Binding::builder().key(KEYS).build().unwrap();
    SubscribeOptions::group(group, [keys])
}

/// How much is carried, and how much of it is under way at a time.
#[derive(Clone, Copy)]
struct Load {
    events: usize,
    window: NonZeroU16,
}

impl Load {
    async fn publish(self, to: &dyn Transport) {
        let key = RoutingKey::new("calls.call.created").unwrap();
        let envelope = Envelope::new(key, vec![b'x'; 300])
            .with_header("name", "call_created")
            .unwrap();
        let each = stream::iter(0..self.events).map(|_| {
            let envelope = envelope.clone().with_id(EventId::generate());
            to.publish(envelope, PublishOptions::new())
        });
        let each = each.buffer_unordered(self.window.get().into());
        each.for_each(|outcome| async { drop(outcome.unwrap()) })
            .await;
    }

    /// Fills the group's store.
    async fn fill(self, place: &Place) {
        place.keep_for(AWAY).await;
        let transport = place.connect("other").await;
        self.publish(&*transport).await;
        transport.close().await.unwrap();
    }

    /// Takes what waits for the group, and acks each: one side of the bridge.
    async fn take(self, from: Place) -> Duration {
        self.fill(&from).await;
        let begun = Instant::now();
        let transport = from.connect("bridge").await;
        let options = member_of(AWAY).with_prefetch(self.window);
        let mut subscription = transport.subscribe(options).await.unwrap();
        for _ in 0..self.events {
            let delivery = subscription.recv().await.unwrap();
            delivery.ack().await.unwrap();
        }
        subscription.close().await.unwrap();
        transport.close().await.unwrap();
        begun.elapsed()
    }

    /// Publishes as much, each awaited: the other side.
    async fn give(self, to: Place) -> Duration {
        to.keep_for("sink").await;
        let begun = Instant::now();
        let transport = to.connect("bridge-to").await;
        self.publish(&*transport).await;
        transport.close().await.unwrap();
        begun.elapsed()
    }

    /// The program carries as much, from its start to its end.
    async fn carry(self, from: Place, to: Place) -> Duration {
        self.fill(&from).await;
        to.keep_for("sink").await;
        let (events, window) = (self.events.to_string(), self.window.to_string());
        let begun = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_trunkline"))
            .args(["bridge", &from.url("bridge"), &to.url("bridge-to")])
            .args(["--key", KEYS, "--group", AWAY, "--count", &events, "--json"])
            .env("TRUNKLINE_PREFETCH", window)
            .output()
            .unwrap();
        let took = begun.elapsed();
        let said = String::from_utf8(output.stdout).unwrap();
        let all = format!("\"carried\":{events},");
        assert!(output.status.success() && said.contains(&all), "{said}");
        took
    }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// One direction: each side alone and the bridge in turn, round by round.
async fn measure(what: &str, load: Load, rounds: usize, from: fn() -> Place, to: fn() -> Place) {
    let mut rates: [Vec<f64>; 3] = Default::default();
    for round in 0..rounds {
        for step in 0..rates.len() {
            // Each round begins with another, so that none always follows the same one.
            let turn = (round + step) % rates.len();
            let took = match turn {
                0 => load.take(from()).await,
                1 => load.give(to()).await,
                _ => load.carry(from(), to()).await,
            };
            rates[turn].push(load.events as f64 / took.as_secs_f64());
        }
    }
    let shares = (0..rounds).map(|at| rates[2][at] / rates[0][at].min(rates[1][at]));
    let share = middle(shares.collect());
    let [take, give, bridge] = rates.map(middle);
    println!("| {what} | taking alone | {take:.0} | |");
    println!("| | giving alone | {give:.0} | |");
    println!("| | bridge | {bridge:.0} | {share:.2} |");
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let (mut events, mut rounds, mut window) = (100_000, 7, 200);
    while let Some(word) = words.next() {
        let mut number = || words.next().unwrap().parse().unwrap();
        match word.as_str() {
            "--bench" => {}
            "--events" => events = number(),
            "--rounds" => rounds = number(),
            "--window" => window = number(),
            _ => panic!("`{word}`: there are --events, --rounds and --window"),
        }
    }
    let window = u16::try_from(window).ok().and_then(NonZeroU16::new);
    let window = window.expect("a window from 1 to 65,535");
    let load = Load { events, window };
    println!("{events} events of 300 bytes, {window} under way, {rounds} rounds, the middle one\n");
    println!("| what | who | events/s | of the slower side |");
    println!("| --- | --- | --- | --- |");
    // Kept running from one turn to the next.
    let _node = Node::shared();
    let there = "from AMQP to MQTT";
    measure(there, load, rounds, Place::amqp, Place::mqtt).await;
    let back = "from MQTT to AMQP";
    measure(back, load, rounds, Place::mqtt, Place::amqp).await;
}
