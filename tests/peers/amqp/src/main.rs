//! The AMQP transport measured beside bare clients and its peer, interleaved in one run, on a RabbitMQ
//! of its own.
//!
//! `cargo run --release -- [--rounds N] [--count N] [--json] [case…]`; without cases, all of them.

mod bare;
mod contender;
mod kombu;
mod ours;
mod prs;
mod stream;

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::contender::{Contender, Row, measure};

/// What every event carries: 300 bytes.
pub const BODY: [u8; 300] = [b'x'; 300];
/// The event's name, as a header.
pub const NAME: &str = "call_created";
/// The key it is published with.
pub const KEY: &str = "calls.42.created";
/// Deliveries in flight to a consumer.
pub const PREFETCH: u16 = 1000;

/// One case, as measured.
#[derive(Debug, Serialize)]
struct Measured {
    case: String,
    rows: Vec<Row>,
}

struct Options {
    rounds: usize,
    count: u64,
    json: bool,
    cases: Vec<String>,
}

const CASES: [&str; 5] = ["publish", "persistent", "consume", "latency", "python"];

fn options() -> Result<Options, String> {
    let mut options = Options {
        rounds: 10,
        count: 20_000,
        json: false,
        cases: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|word| word.parse().ok());
            number.ok_or(format!("{word}: a number"))
        };
        match word.as_str() {
            "--json" => options.json = true,
            "--rounds" => options.rounds = number()? as usize,
            "--count" => options.count = number()?,
            case if CASES.contains(&case) => options.cases.push(word),
            _ => {
                return Err(format!(
                    "`{word}`: no such case; there are {}",
                    CASES.join(", ")
                ));
            }
        }
    }
    Ok(options)
}

fn cases(url: &str, wants: impl Fn(&str) -> bool) -> Vec<(String, Vec<Contender>)> {
    let mut cases = Vec::new();
    for window in [100, 1000] {
        if wants("publish") {
            let contenders = vec![
                bare::publisher(url, window, false),
                ours::publisher(url, window, false),
            ];
            cases.push((format!("confirmed publish, {window} in flight"), contenders));
        }
        if wants("persistent") {
            let contenders = vec![
                bare::publisher(url, window, true),
                ours::publisher(url, window, true),
            ];
            let case =
                format!("confirmed persistent publish to a durable queue, {window} in flight");
            cases.push((case, contenders));
        }
    }
    if wants("consume") {
        let contenders = vec![
            bare::consumer(url, "lapin, acks gathered", 64),
            bare::consumer(url, "lapin, each ack awaited", 1),
            prs::consumer(url),
            stream::consumer(url),
            ours::consumer(url),
        ];
        cases.push(("consume, at least once".into(), contenders));
    }
    if wants("python") {
        let contenders = vec![
            kombu::publisher(url),
            kombu::lapin_publisher(url, 1000),
            kombu::our_publisher(url, "trunkline, confirmed, 100", 100),
            kombu::our_publisher(url, "trunkline, confirmed, 1 000", 1000),
        ];
        cases.push(("publish a Wazo event".into(), contenders));
        let contenders = vec![kombu::consumer(url), kombu::our_consumer(url)];
        cases.push(("consume Wazo events by name".into(), contenders));
    }
    if wants("latency") {
        let contenders = vec![bare::latency(url), ours::latency(url)];
        cases.push(("publish to handler at 1 000/s".into(), contenders));
    }
    cases
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let vhost = Vhost::new(Arc::clone(&Node::shared()));
    let wants =
        |case: &str| options.cases.is_empty() || options.cases.iter().any(|one| one == case);
    let mut report = Vec::new();
    for (case, mut contenders) in cases(&vhost.url(), wants) {
        let rows = measure(&mut contenders, options.rounds, options.count);
        let measured = Measured { case, rows };
        if !options.json {
            print(&measured);
        }
        report.push(measured);
    }
    if options.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&report).expect("figures are JSON")
        );
    }
    ExitCode::SUCCESS
}

fn print(measured: &Measured) {
    println!("\n{}", measured.case);
    println!(
        "  {:<28} {:>10} {:>10} {:>12} {:>9} {:>9} {:>9}",
        "", "median/s", "best/s", "cpu, µs each", "of first", "p50 µs", "p99 µs"
    );
    for row in &measured.rows {
        let micros =
            |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.0}"));
        println!(
            "  {:<28} {:>10.0} {:>10.0} {:>12.1} {:>9.2} {:>9} {:>9}",
            row.name,
            row.rate,
            row.best,
            row.cpu,
            row.of_first,
            micros(row.p50),
            micros(row.p99)
        );
    }
}
