//! Trunkline and the Python library side by side, on Wazo's own exchange, with Wazo's own events.
//!
//! wazo-bus is not published on PyPI: `as_wazo_bus.py` uses kombu as wazo-bus does.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use futures_util::{StreamExt, stream};
use lapin::BasicProperties;
use lapin::options::{ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use serde::Deserialize;
use serde_json::{Value, json};
use trunkline_core::{Bus, Data, DynamicEvent, Ending, Publisher, RunningService, Service};
use trunkline_suite::process::Process;
use trunkline_suite::python::Python;
use trunkline_suite::scratch::Scratch;
use trunkline_wazo::Wazo;

use crate::contender::{Contender, Turn, timed};
use crate::{KEY, NAME, PREFETCH, bare};

const PACKAGES: &[&str] = &["kombu==5.4.2"];
const TENANT: &str = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9";
const USER: &str = "cd030e68-ace9-4ad4-bc4e-13c8dec67898";
const ORIGIN: &str = "08c56466-8f29-45c7-9856-92bf1ba89b82";
const EXCHANGE: &str = "wazo-headers";
/// What gets a copy of all that is published, and drops its oldest.
const SINK: &str = "wazo-sink";

/// A call as wazo-calld tells of one: some 300 bytes.
fn call() -> Value {
    json!({
        "call_id": "1700000000.42",
        "bridges": [],
        "caller_id_name": "Alice",
        "caller_id_number": "1001",
        "creation_time": "2026-02-03T04:05:06.078+0000",
        "status": "Ring",
        "on_hold": false,
        "muted": false,
        "talking_to": {},
        "user_uuid": USER,
        "is_caller": true,
        "dialed_extension": "1002",
        "line_id": 7,
    })
}

/// The program in Python, and what it answers.
struct Kombu {
    input: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _process: Process,
    _log: Scratch,
}

#[derive(Deserialize)]
struct Answer {
    took: f64,
    cpu: f64,
}

impl Kombu {
    fn start(url: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/as_wazo_bus.py");
        let log = Scratch::new("kombu-peer");
        let mut process = Python::with(PACKAGES)
            .script(script)
            .args([url, &call().to_string()])
            .piped()
            .log_to(log.file("log.txt"))
            .start();
        let (input, output) = process.take_pipes().expect("they were asked for");
        Self {
            input,
            answers: BufReader::new(output).lines(),
            _process: process,
            _log: log,
        }
    }

    fn job(&mut self, job: &str, count: u64) -> Turn {
        writeln!(self.input, "{job} {count}").expect("the program lives");
        let line = self.answers.next().expect("the program answers");
        let line = line.expect("the program writes text");
        let answer: Answer = serde_json::from_str(&line).expect("an answer");
        Turn {
            took: Duration::from_secs_f64(answer.took),
            cpu: Duration::from_secs_f64(answer.cpu),
            latencies: Vec::new(),
        }
    }
}

/// One call after the other, unconfirmed.
pub fn publisher(url: &str) -> Contender {
    let mut kombu = Kombu::start(url);
    Contender::new("kombu, as wazo-bus does", move |count| {
        kombu.job("publish", count)
    })
}

/// From a queue of Wazo's own kind, an ack for each event.
pub fn consumer(url: &str) -> Contender {
    let (mut kombu, runtime, url) = (Kombu::start(url), bare::runtime(), url.to_owned());
    Contender::new("kombu, as wazo-bus does", move |count| {
        kombu.job("declare", 0);
        runtime.block_on(fill(&url, count));
        kombu.job("consume", count)
    })
}

async fn bus(url: &str) -> Bus {
    let amqp = trunkline_amqp::connect(&format!("{url}?profile=wazo")).await;
    let amqp = amqp.expect("RabbitMQ takes the connection");
    Bus::new(Arc::new(amqp), Wazo::new().with_origin(ORIGIN))
}

fn event() -> DynamicEvent {
    let event = DynamicEvent::user(NAME, "calls.{call_id}.created", TENANT, USER);
    let event = event.and_then(|event| event.with_required_acl("events.calls.me"));
    let event = event.expect("templates");
    event.with_content(&call()).expect("the content is JSON")
}

async fn publish(publisher: &Publisher, event: &DynamicEvent) {
    let receipt = publisher.publish(event).await;
    assert!(!receipt.expect("the event is published").is_unroutable());
}

/// The floor: an event that was encoded once, confirmed, so many unconfirmed at most.
pub fn lapin_publisher(url: &str, window: usize) -> Contender {
    let runtime = bare::runtime();
    let (connection, channel) = runtime.block_on(async {
        sink(url).await;
        let (connection, channel) = bare::connect(url).await;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        confirms.await.expect("confirms are on");
        (connection, channel)
    });
    let text = |text: &str| AMQPValue::LongString(text.into());
    let mut headers = FieldTable::default();
    headers.insert("tenant_uuid".into(), text(TENANT));
    headers.insert(format!("user_uuid:{USER}").into(), AMQPValue::Boolean(true));
    headers.insert("required_access".into(), text("event.call_created"));
    headers.insert("required_acl".into(), text("events.calls.me"));
    headers.insert("name".into(), text(NAME));
    headers.insert("origin_uuid".into(), text(ORIGIN));
    headers.insert("timestamp".into(), text("2026-02-03T04:05:06.078901"));
    let properties = BasicProperties::default()
        .with_headers(headers)
        .with_content_type("application/json".into())
        .with_delivery_mode(2);
    Contender::new("bare lapin, confirmed", move |count| {
        let _keep = &connection;
        let (channel, properties) = (channel.clone(), properties.clone());
        let work = async move {
            let body = json!({"name": NAME, "origin_uuid": ORIGIN, "data": call()}).to_string();
            let body = body.as_bytes();
            bare::publish(&channel, EXCHANGE, KEY, &properties, body, count, window).await;
        };
        runtime.block_on(async { tokio::spawn(timed(work)).await.expect("the turn ends") })
    })
}

/// Confirmed publishes, so many unconfirmed at most; an event that its application made is encoded anew
/// each time.
pub fn our_publisher(url: &str, name: &'static str, window: usize) -> Contender {
    let runtime = bare::runtime();
    let publisher = runtime.block_on(async {
        sink(url).await;
        bus(url).await.publisher()
    });
    Contender::new(name, move |count| {
        let publisher = publisher.clone();
        let work = async move {
            let event = event();
            let each = stream::iter(0..count).map(|_| publish(&publisher, &event));
            each.buffered(window).for_each(|()| async {}).await;
        };
        runtime.block_on(async { tokio::spawn(timed(work)).await.expect("the turn ends") })
    })
}

/// A durable group: acked once the handler, which reads the content, is done.
pub fn our_consumer(url: &str) -> Contender {
    let (runtime, url) = (bare::runtime(), url.to_owned());
    Contender::new("trunkline, at least once", move |count| {
        let url = url.clone();
        let work = async move {
            let first = First::default();
            // So that the queue is there when it is filled.
            start(&url, &first).await.drain().await.expect("it drains");
            fill(&url, count).await;
            let service = start(&url, &first).await;
            service.handle().settled(count).await;
            let turn = first.get().map(since).unwrap_or_default();
            assert_eq!(service.handle().ended(&Ending::Acked), count);
            service.drain().await.expect("the service drains");
            let rabbit = bus(&url).await;
            let removed = rabbit.transport().remove_group(GROUP).await;
            assert!(removed.expect("the group is removed"));
            turn
        };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}

const GROUP: &str = "wazo-consume";

/// Where the turn began: at its first delivery.
type First = Arc<OnceLock<(Instant, ProcessTime)>>;

fn since((at, cpu): &(Instant, ProcessTime)) -> Turn {
    Turn {
        took: at.elapsed(),
        cpu: cpu.elapsed(),
        latencies: Vec::new(),
    }
}

async fn start(url: &str, first: &First) -> RunningService {
    let first = Arc::clone(first);
    let handle = move |Data(call): Data<Value>| {
        first.get_or_init(|| (Instant::now(), ProcessTime::now()));
        assert!(call["call_id"].is_string());
        async {}
    };
    let service = Service::builder("calld", bus(url).await)
        .group(GROUP)
        .prefetch(PREFETCH)
        .on_name(NAME, handle);
    let service = service.build().expect("a service");
    service.start().await.expect("the service starts")
}

/// A queue for what is published, so that all of it is routed and none of it grows.
async fn sink(url: &str) {
    // Declares the exchange as well.
    bus(url).await.close().await.expect("it closes");
    let (connection, channel) = bare::connect(url).await;
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongInt(1000));
    let options = QueueDeclareOptions::default();
    let declared = channel.queue_declare(SINK.into(), options, arguments).await;
    declared.expect("the queue is declared");
    let mut wanted = FieldTable::default();
    wanted.insert("x-match".into(), AMQPValue::LongString("all".into()));
    wanted.insert("name".into(), AMQPValue::LongString(NAME.into()));
    let options = QueueBindOptions::default();
    let bound = channel.queue_bind(SINK.into(), EXCHANGE.into(), "".into(), options, wanted);
    bound.await.expect("the queue is bound");
    let closed = connection.close(200, "done".into()).await;
    closed.expect("it closes");
}

/// Publishes the events that are then consumed, as fast as can be.
async fn fill(url: &str, count: u64) {
    let bus = bus(url).await;
    let publisher = bus.publisher();
    let event = event();
    let each = stream::iter(0..count).map(|_| publish(&publisher, &event));
    each.buffer_unordered(1000).for_each(|()| async {}).await;
    bus.close().await.expect("it closes");
}
