//! Each example prints what its header says, when it is run as its header says; those that need a
//! broker get a real one. A table with times and outcomes follows where all are run at once.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::{cargo, compare, root};

/// A line of the table: example, time, outcome.
type Row = (String, Duration, &'static str);
type Table = Arc<Mutex<Vec<Row>>>;

fn main() {
    let mut arguments = Arguments::from_args();
    // One after the other: cargo would wait for cargo, and the table would tell of that.
    arguments.test_threads.get_or_insert(1);
    let table = Table::default();
    let trials = examples().into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let table = Arc::clone(&table);
        Trial::test(name.clone(), move || {
            let began = Instant::now();
            let outcome = prints_what_it_promises(&path);
            let word = outcome.as_ref().map_or("failed", |_| "passed");
            let took = outcome.as_ref().map_or(began.elapsed(), |took| *took);
            table.lock().unwrap().push((name, took, word));
            outcome.map(drop)
        })
    });
    let others = [
        Trial::test("the_list_names_them_all", the_list_names_them_all),
        Trial::test("the_bridge_is_one_between_brokers_too", between_brokers),
    ];
    let conclusion = libtest_mimic::run(&arguments, trials.chain(others).collect());
    print(&mut table.lock().unwrap());
    conclusion.exit();
}

/// The programs: the numbered files of `examples`.
fn examples() -> Vec<PathBuf> {
    let numbered = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".rs") && name.starts_with(|first: char| first.is_ascii_digit())
    };
    let files = fs::read_dir(root().join("examples")).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(numbered)
        .collect();
    files.sort();
    files
}

fn the_list_names_them_all() -> Result<(), Failed> {
    let list = fs::read_to_string(root().join("examples/README.md")).unwrap();
    let in_list = |path: &&PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy();
        list.contains(&format!("]({file})"))
    };
    match examples().iter().find(|path| !in_list(path)) {
        None => Ok(()),
        Some(path) => Err(format!("examples/README.md lacks {}", path.display()).into()),
    }
}

/// The lines of a header below the one which begins so.
fn under(heading: &str, source: &str) -> Vec<String> {
    let begins = |line: &str| {
        line.strip_prefix("//! ")
            .is_some_and(|line| line.starts_with(heading))
    };
    let lines = source.lines().skip_while(|line| !begins(line));
    let indented = |line: &str| line.strip_prefix("//!     ").map(str::to_owned);
    lines.skip(1).map_while(indented).collect()
}

/// The brokers that an example is told of in its environment, as its header says.
#[derive(Default)]
struct Brokers {
    rabbitmq: Option<Vhost>,
    mosquitto: Option<Mosquitto>,
}

impl Brokers {
    fn named_in(source: &str) -> Self {
        let rabbitmq = source.contains("AMQP_URL");
        let mosquitto = source.contains("MQTT_URL");
        Self {
            rabbitmq: rabbitmq.then(|| Vhost::new(Node::shared())),
            mosquitto: mosquitto.then(|| Setup::new().start()),
        }
    }

    fn urls(&self) -> impl Iterator<Item = (&'static str, String)> {
        let rabbitmq = self.rabbitmq.as_ref().map(Vhost::url);
        let mosquitto = self.mosquitto.as_ref();
        let mosquitto = mosquitto.map(|broker| format!("mqtt://127.0.0.1:{}", broker.port()));
        let urls = [("AMQP_URL", rabbitmq), ("MQTT_URL", mosquitto)];
        urls.into_iter()
            .filter_map(|(name, url)| Some((name, url?)))
    }
}

/// Runs an example; tells how long it took, building aside.
fn prints_what_it_promises(path: &Path) -> Result<Duration, Failed> {
    let source = fs::read_to_string(path).unwrap();
    if source.lines().count() >= 100 {
        return Err("it is not under 100 lines".into());
    }
    let (command, promised) = promises(&source)?;
    let mut parts = command.split(' ');
    let (verb, rest) = (parts.next(), parts.collect::<Vec<_>>());
    built(verb, &rest)?;
    let brokers = Brokers::named_in(&source);
    let mut program = cargo();
    program.args(verb).args(&rest).envs(brokers.urls());
    prints(&mut program, &promised)
}

/// What is to be typed after `cargo`, and what that prints.
fn promises(source: &str) -> Result<(String, Vec<String>), Failed> {
    let (commands, promised) = (under("Run it", source), under("It prints", source));
    let [command] = &commands[..] else {
        return Err("its header has no command, or several".into());
    };
    let Some(command) = command.strip_prefix("cargo ") else {
        return Err(format!("`{command}` is not cargo's").into());
    };
    if promised.is_empty() {
        return Err("its header promises nothing".into());
    }
    Ok((command.to_owned(), promised))
}

/// Runs a program and holds its output against what is promised.
fn prints(program: &mut Command, promised: &[String]) -> Result<Duration, Failed> {
    let began = Instant::now();
    let output = program.output().unwrap();
    let took = began.elapsed();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    // The test runner begins with an empty line.
    let printed: Vec<_> = printed.trim_start().lines().map(str::to_owned).collect();
    compare(promised, &printed)?;
    Ok(took)
}

/// The bridge, from mosquitto to RabbitMQ.
fn between_brokers() -> Result<(), Failed> {
    let source = fs::read_to_string(root().join("examples/14_bridge.rs")).unwrap();
    let (command, promised) = promises(&source)?;
    let (hub, edge) = (Vhost::new(Node::shared()), Setup::new().start());
    let edge = format!("mqtt://127.0.0.1:{}?client_id=bridge", edge.port());
    let mut program = cargo();
    program.args(command.split(' '));
    prints(program.args(["--", &edge, &hub.url()]), &promised).map(drop)
}

/// Builds what `cargo run …` or `cargo test …` is going to run.
fn built(verb: Option<&str>, arguments: &[&str]) -> Result<(), Failed> {
    let mut build = cargo();
    match verb {
        Some("run") => build.arg("build"),
        _ => build.args(["test", "--no-run"]),
    };
    // What follows is for the program.
    let own = arguments.iter().take_while(|argument| **argument != "--");
    let output = build.args(own).output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

fn print(table: &mut Vec<Row>) {
    if table.len() < 2 {
        return;
    }
    table.sort();
    let width = table.iter().map(|(name, ..)| name.len()).max();
    let width = width.unwrap_or_default();
    println!("| {:width$} |    time | outcome |", "example");
    println!("| {:-<width$} | ------: | ------- |", "");
    for (name, took, outcome) in table {
        let took = format!("{:.2} s", took.as_secs_f64());
        println!("| {name:width$} | {took:>7} | {outcome:7} |");
    }
}
