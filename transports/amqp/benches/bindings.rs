//! What bindings on a headers exchange cost its broker, and everybody who publishes there.
//!
//! `cargo bench -p trunkline-amqp --bench bindings [-- EVENTS ROUNDS] [cost|join]`
//!
//! Starts a RabbitMQ of its own. Each way of binding has an exchange of its own, so that the rounds
//! go over all of them in turn; figures are medians of the rounds.
#![allow(clippy::unwrap_used, reason = "a benchmark may")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures are what it is for"
)]
#![allow(missing_docs, reason = "a program")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt, TryStreamExt};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use tokio::task::JoinHandle;
use trunkline_core::{Binding, SubscribeOptions, Transport};
use trunkline_suite::rabbitmq::{Node, Setup, Vhost};

/// Unconfirmed publishes of one publisher.
const WINDOW: usize = 100;
/// Publishers at work when a service joins.
const PUBLISHERS: usize = 3;

/// How a queue is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A header binding for each name; none is that of an event.
    PerName(usize),
    /// The same, and one more that matches all the events.
    PerNameAndHit(usize),
    /// A binding for each of as many keys, on a topic exchange that gets everything; none matches.
    PerKey(usize),
    /// One binding for everything, and a bare client that does no more than ack what comes, so many
    /// events at a time; 0: the broker asks for no acks. The floor of every way that sorts out at the
    /// consumer.
    Floor(usize),
    /// A subscription of ours with so many names, of which none is that of an event.
    Ours(usize),
    /// The same, and one more that is.
    OursAndHit(usize),
    /// A subscription of ours with so many names, each with a key as well; none is that of an event.
    OursWithKeys(usize),
}

impl Way {
    fn exchange(self) -> String {
        format!("{self:?}").replace(['(', ')'], "-")
    }

    fn words(self) -> String {
        match self {
            Self::PerName(n) => format!("{n} header bindings, none matches"),
            Self::PerNameAndHit(n) => format!("{n} header bindings, and one that matches"),
            Self::PerKey(n) => format!("{n} bindings by key, none matches"),
            Self::Floor(0) => "bare client that takes everything without acks".to_owned(),
            Self::Floor(n) => format!("bare client that takes everything, an ack for {n}"),
            Self::Ours(n) => format!("our subscription with {n} names, no event wanted"),
            Self::OursAndHit(n) => format!("our subscription with {n} names, every event wanted"),
            Self::OursWithKeys(n) => {
                format!("our subscription with {n} names and their keys, no event wanted")
            }
        }
    }
}

const HIT: &str = "call_created";

fn name(n: usize) -> String {
    format!("event_number_{n}")
}

/// The headers of an event of Wazo's.
fn headers(name: &str) -> FieldTable {
    let mut headers = FieldTable::default();
    for (key, value) in [
        ("name", name),
        ("origin_uuid", "cc5f7a3e-5f5f-4c5f-8f5f-5f5f5f5f5f5f"),
        ("tenant_uuid", "47bfdafc-2897-4369-8fb3-153d41fb835d"),
        ("required_acl", "events.calls.47bfdafc-2897-4369-8fb3"),
        ("required_access", "event.call_created"),
        ("timestamp", "2026-11-20T19:25:57.306051"),
        ("application", "wazo-calld"),
    ] {
        headers.insert(key.into(), AMQPValue::LongString(value.into()));
    }
    headers.insert("user_uuid:*".into(), AMQPValue::Boolean(true));
    headers
}

struct Bench {
    vhost: Vhost,
    /// The number of the broker's process.
    broker: u32,
    connections: Mutex<Vec<Connection>>,
}

impl Bench {
    fn start() -> Self {
        let node = Node::with("bindings-bench", &Setup::default());
        let broker = node.eval("os:getpid()").trim_matches('"').parse().unwrap();
        let vhost = Vhost::new(node);
        Self {
            vhost,
            broker,
            connections: Mutex::default(),
        }
    }

    /// Processor time the broker has used, in microseconds.
    fn broker_cpu(&self) -> f64 {
        cpu_of(&self.broker.to_string())
    }

    async fn channel(&self) -> Channel {
        let (url, properties) = (self.vhost.url(), ConnectionProperties::default());
        let connection = Connection::connect(&url, properties).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        // A channel ends with its connection.
        self.connections.lock().unwrap().push(connection);
        channel
    }

    /// Waits until the broker holds no event any more.
    async fn drained(&self) {
        let held = format!(
            "lists:sum([case catch rabbit_amqqueue:info(Q, [messages]) of \
                 [{{messages, N}}] -> N; _ -> 0 end \
             || Q <- rabbit_amqqueue:list(<<\"{}\">>)])",
            self.vhost.name()
        );
        while self.vhost.node().eval(&held) != "0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Sets a way up; its queue is consumed until the end.
    async fn set_up(&self, way: Way) -> Consuming {
        match way {
            Way::PerName(n) => self.bare(way, n, false).await,
            Way::PerNameAndHit(n) => self.bare(way, n, true).await,
            Way::PerKey(n) => self.bare(way, n, false).await,
            Way::Floor(_) => self.bare(way, 0, false).await,
            Way::Ours(n) | Way::OursWithKeys(n) => self.ours(way, n, false).await,
            Way::OursAndHit(n) => self.ours(way, n, true).await,
        }
    }

    async fn bare(&self, way: Way, n: usize, hit: bool) -> Consuming {
        let channel = self.channel().await;
        let exchange = way.exchange();
        let declare = |name: String, kind| {
            let options = ExchangeDeclareOptions {
                durable: true,
                ..ExchangeDeclareOptions::default()
            };
            channel.exchange_declare(name.into(), kind, options, FieldTable::default())
        };
        declare(exchange.clone(), ExchangeKind::Headers)
            .await
            .unwrap();
        let options = QueueDeclareOptions {
            auto_delete: true,
            ..QueueDeclareOptions::default()
        };
        let none = FieldTable::default;
        let queue = exchange.clone();
        channel
            .queue_declare(queue.as_str().into(), options, none())
            .await
            .unwrap();
        let from = match way {
            Way::PerKey(_) => {
                let keys = format!("{exchange}.keys");
                declare(keys.clone(), ExchangeKind::Topic).await.unwrap();
                let (to, from) = (keys.as_str().into(), exchange.as_str().into());
                let everything = Default::default();
                channel
                    .exchange_bind(to, from, "".into(), everything, all(None))
                    .await
                    .unwrap();
                keys
            }
            _ => exchange.clone(),
        };
        let mut wanted: Vec<_> = (0..n).map(name).collect();
        if hit {
            wanted.push(HIT.into());
        }
        if let Way::Floor(_) = way {
            let (queue, from) = (queue.as_str().into(), from.as_str().into());
            let options = QueueBindOptions::default();
            let wide = channel.queue_bind(queue, from, "".into(), options, all(None));
            wide.await.unwrap();
        }
        let bind = |name: String| {
            let (key, arguments) = match way {
                Way::PerKey(_) => (format!("calls.{name}.created"), none()),
                _ => (String::new(), all(Some(&name))),
            };
            let (queue, from) = (queue.as_str().into(), from.as_str().into());
            channel.queue_bind(
                queue,
                from,
                key.into(),
                QueueBindOptions::default(),
                arguments,
            )
        };
        let binding = stream::iter(wanted).map(|name| Ok(bind(name)));
        binding
            .try_for_each_concurrent(50, |bound| bound)
            .await
            .unwrap();
        let gather = match way {
            Way::Floor(gather) => gather,
            _ => 100,
        };
        Consuming(tokio::spawn(consume(channel, queue.clone(), gather)))
    }

    async fn ours(&self, way: Way, n: usize, hit: bool) -> Consuming {
        let exchange = way.exchange();
        let url = format!(
            "{}?exchange={exchange}&exchange_type=headers",
            self.vhost.url()
        );
        let rabbit = trunkline_amqp::connect(&url).await.unwrap();
        let mut wanted: Vec<_> = (0..n).map(name).collect();
        if hit {
            wanted.push(HIT.into());
        }
        let bindings = wanted.iter().map(|name| {
            let mut binding = Binding::builder().name(name.as_str());
            if matches!(way, Way::OursWithKeys(_)) {
                binding = binding.key(format!("calls.{name}.created").as_str());
            }
            binding.build().unwrap()
        });
        let options = SubscribeOptions::live(bindings).with_prefetch(1000.try_into().unwrap());
        let mut subscription = rabbit.subscribe(options).await.unwrap();
        Consuming(tokio::spawn(async move {
            while let Some(delivery) = subscription.recv().await {
                delivery.ack().await.unwrap();
            }
            drop(rabbit);
        }))
    }
}

/// Processor time a process has used, in microseconds.
fn cpu_of(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1;
    let ticks = |n: usize| fields.split(' ').nth(n).unwrap().parse::<f64>().unwrap();
    // Ticks are hundredths of a second on Linux.
    (ticks(11) + ticks(12)) * 10_000.0
}

/// Ends the consumer with the benchmark.
struct Consuming(JoinHandle<()>);

impl Drop for Consuming {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn all(name: Option<&str>) -> FieldTable {
    let mut arguments = FieldTable::default();
    let text = |text: &str| AMQPValue::LongString(text.into());
    arguments.insert("x-match".into(), text("all"));
    if let Some(name) = name {
        arguments.insert("name".into(), text(name));
    }
    arguments
}

/// Consumes a queue; so many events are acked at a time, or what there is.
async fn consume(channel: Channel, queue: String, gather: usize) {
    channel
        .basic_qos(1000, BasicQosOptions::default())
        .await
        .unwrap();
    let options = BasicConsumeOptions {
        no_ack: gather == 0,
        ..BasicConsumeOptions::default()
    };
    let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    let mut deliveries = consumer.await.unwrap().ready_chunks(gather.max(1));
    let mut unacked = (0, 0);
    loop {
        let wait = tokio::time::timeout(Duration::from_millis(5), deliveries.next());
        match wait.await {
            Ok(None) => return,
            Ok(Some(chunk)) => {
                let last = chunk.last().unwrap().as_ref().unwrap();
                unacked = (unacked.0 + chunk.len(), last.delivery_tag);
                if unacked.0 < gather {
                    continue;
                }
            }
            Err(_) => {}
        }
        if gather > 0 && unacked.0 > 0 {
            let ack = BasicAckOptions { multiple: true };
            channel.basic_ack(unacked.1, ack).await.unwrap();
        }
        unacked.0 = 0;
    }
}

/// Publishes events, a window at a time, each window awaited to its last confirm.
async fn publish(channel: &Channel, exchange: &str, name: &str, windows: usize) {
    let properties = BasicProperties::default().with_headers(headers(name));
    let body = vec![b'x'; 300];
    for _ in 0..windows {
        let mut confirms = Vec::with_capacity(WINDOW);
        for _ in 0..WINDOW {
            let options = BasicPublishOptions::default();
            let (exchange, key) = (exchange.into(), "calls.call.created".into());
            let published =
                channel.basic_publish(exchange, key, options, &body, properties.clone());
            confirms.push(published.await.unwrap());
        }
        for confirm in confirms {
            confirm.await.unwrap();
        }
    }
}

async fn publisher(bench: &Bench) -> Channel {
    let channel = bench.channel().await;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await
        .unwrap();
    channel
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The broker's processor time for an event, by the way the queue is bound.
async fn cost(bench: &Bench, ways: &[Way], events: usize, rounds: usize) -> Vec<f64> {
    let channel = publisher(bench).await;
    let mut consuming = Vec::new();
    for way in ways {
        // Ten thousand bindings take the broker a minute.
        eprintln!("set up: {}", way.words());
        consuming.push(bench.set_up(*way).await);
    }
    let mut figures = vec![(Vec::new(), Vec::new()); ways.len()];
    // One round more, which warms up.
    for round in 0..=rounds {
        eprintln!("round {round} of {rounds}");
        for (way, (cpu, rate)) in ways.iter().zip(&mut figures) {
            let exchange = way.exchange();
            // What is slow is asked less often.
            let windows = match way {
                Way::PerName(n) | Way::PerNameAndHit(n) if *n >= 500 => events / n,
                _ => events / WINDOW,
            };
            let windows = windows.clamp(1, events / WINDOW);
            let (before, begun) = (bench.broker_cpu(), Instant::now());
            publish(&channel, &exchange, HIT, windows).await;
            let count = (windows * WINDOW) as f64;
            let took = begun.elapsed().as_secs_f64();
            bench.drained().await;
            if round > 0 {
                cpu.push((bench.broker_cpu() - before) / count);
                rate.push(count / took);
            }
        }
    }
    println!("\n| a queue on a headers exchange | broker µs/event | one publisher's events/s |");
    println!("| --- | --- | --- |");
    let mut medians = Vec::new();
    for (way, (cpu, rate)) in ways.iter().zip(figures) {
        let cpu = median(cpu);
        println!("| {} | {cpu:.1} | {:.0} |", way.words(), median(rate));
        medians.push(cpu);
    }
    medians
}

/// What other publishers keep of their rate when a service with 500 names joins.
///
/// Where all share the processors, as here, that is decided by the processor time an event costs the
/// broker and its clients together, which other work on the machine disturbs less than the rate.
async fn join(bench: &Bench, rounds: usize) {
    let ways = [
        Way::PerName(1),
        Way::PerName(500),
        Way::PerKey(500),
        Way::Floor(0),
        Way::Floor(500),
        Way::Floor(64),
        Way::OursWithKeys(500),
        Way::Ours(500),
        Way::OursAndHit(500),
    ];
    let mut consuming = Vec::new();
    for way in ways {
        consuming.push(bench.set_up(way).await);
    }
    let mut publishers = Vec::new();
    for _ in 0..PUBLISHERS {
        publishers.push(Arc::new(publisher(bench).await));
    }
    let mut figures = vec![Vec::new(); ways.len()];
    for round in 0..=rounds {
        for (way, figures) in ways.iter().zip(&mut figures) {
            let joined = one_round(bench, &publishers, *way).await;
            if round > 0 {
                figures.push(joined);
            }
        }
    }
    println!(
        "\n| who consumes | {PUBLISHERS} publishers' events/s | kept, median of rounds \
         | µs/event: broker | clients | kept, by processor time |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    let all = |joined: &Joined| joined.broker + joined.clients;
    for (way, own) in ways.iter().zip(&figures) {
        let pairs = || own.iter().zip(&figures[0]);
        let of = |figure: fn(&Joined) -> f64| median(own.iter().map(figure).collect());
        println!(
            "| {} | {:.0} | {:.2} | {:.1} | {:.1} | {:.2} |",
            way.words(),
            of(|joined| joined.rate),
            median(pairs().map(|(now, alone)| now.rate / alone.rate).collect()),
            of(|joined| joined.broker),
            of(|joined| joined.clients),
            median(pairs().map(|(now, alone)| all(alone) / all(now)).collect()),
        );
    }
}

/// What the publishers had while one way of consuming was there.
#[derive(Clone)]
struct Joined {
    /// Events a second.
    rate: f64,
    /// Microseconds of the broker's processor time for each event, until all are consumed.
    broker: f64,
    /// The same of publishers and consumer.
    clients: f64,
}

async fn one_round(bench: &Bench, publishers: &[Arc<Channel>], way: Way) -> Joined {
    let windows = if way == Way::PerName(500) { 10 } else { 60 };
    let (begun, broker) = (Instant::now(), bench.broker_cpu());
    let clients = cpu_of("self");
    let publishing = publishers.iter().map(|channel| {
        let (channel, exchange) = (Arc::clone(channel), way.exchange());
        tokio::spawn(async move { publish(&channel, &exchange, HIT, windows).await })
    });
    for done in publishing.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    let took = begun.elapsed().as_secs_f64();
    bench.drained().await;
    let count = (windows * WINDOW * publishers.len()) as f64;
    Joined {
        rate: count / took,
        broker: (bench.broker_cpu() - broker) / count,
        clients: (cpu_of("self") - clients) / count,
    }
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let events = numbers.next().unwrap_or(20_000);
    let rounds = numbers.next().unwrap_or(10);
    let only: Vec<_> = std::env::args()
        .filter(|word| ["cost", "join"].contains(&&**word))
        .collect();
    let wanted = |part: &str| only.is_empty() || only.iter().any(|word| word == part);
    let bench = Bench::start();
    if wanted("cost") {
        costs(&bench, events, rounds).await;
    }
    if wanted("join") {
        join(&bench, rounds).await;
    }
}

/// What bindings and deliveries cost the broker, and what follows from it.
async fn costs(bench: &Bench, events: usize, rounds: usize) {
    let per_name = [1, 8, 16, 32, 64, 500, 1_000].map(Way::PerName);
    let others = [
        Way::PerNameAndHit(0),
        Way::PerNameAndHit(10_000),
        Way::PerKey(1_000),
        Way::Ours(1),
        Way::Ours(500),
        Way::Ours(10_000),
        Way::OursAndHit(0),
        Way::OursAndHit(500),
        Way::OursAndHit(10_000),
    ];
    let ways: Vec<_> = per_name.into_iter().chain(others).collect();
    let cpu = cost(bench, &ways, events, rounds).await;
    let of = |way| cpu[ways.iter().position(|other| *other == way).unwrap()];
    let binding = (of(Way::PerName(64)) - of(Way::PerName(1))) / 63.0;
    let delivery = of(Way::Ours(500)) - of(Way::PerName(1));
    println!("\na header binding costs every event {binding:.2} µs of the broker");
    println!(
        "an unwanted delivery costs {delivery:.1} µs: as much as {:.0} bindings",
        delivery / binding
    );
    let (one, many) = (of(Way::OursAndHit(0)), of(Way::OursAndHit(10_000)));
    println!(
        "10 001 names cost {:.2} times what one costs, every event wanted",
        many / one
    );
}
