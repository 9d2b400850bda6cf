//! Who runs, who is struck, and what was said of each event.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::ChildStdin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Runtime;
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::process::{Launch, Process};
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::wait_until;

use crate::programs::{FIRST, LAST, ROLE, URL};

/// Longest wait for anything that ought to happen, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Seconds; a link that stalls is given up within twice that.
const KEEP_ALIVE: u64 = 1;

/// Who is struck.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Victim {
    Publisher,
    Subscriber,
    /// By SIGKILL.
    Broker,
    /// Stopped, so that it writes down what it has.
    BrokerGently,
    /// Both links stall until they are given up.
    Links,
}

#[derive(Default)]
struct Entries {
    confirmed: Vec<u64>,
    received: HashMap<u64, usize>,
    gaps: Vec<String>,
    /// Times a subscriber was ready.
    here: usize,
}

/// What was said of each event.
pub(crate) struct Books {
    broker: Mosquitto,
    links: Proxy,
    runtime: Runtime,
    entries: Arc<Mutex<Entries>>,
    publisher: Program,
    subscriber: Program,
    publishers: u64,
}

struct Program {
    process: Process,
    input: Option<ChildStdin>,
    reader: Option<JoinHandle<()>>,
}

impl Program {
    fn start(
        role: &str,
        url: &str,
        first: u64,
        mut note: impl FnMut(&str) + Send + 'static,
    ) -> Self {
        let this = std::env::current_exe().expect("the test is a program");
        let launch = Launch::new(this).env(ROLE, role).env(URL, url);
        let mut process = launch.env(FIRST, first.to_string()).piped().start();
        let (input, output) = process.take_pipes().expect("it was started with pipes");
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines();
            lines.map_while(Result::ok).for_each(|line| note(&line));
        });
        Self {
            process,
            input: Some(input),
            reader: Some(reader),
        }
    }

    /// Kills it; what it has said until then is noted.
    fn kill(&mut self) {
        self.process.kill();
        if let Some(reader) = self.reader.take() {
            reader.join().expect("it notes what it reads");
        }
    }
}

impl Books {
    /// Starts everybody; returns when the subscriber is there.
    pub(crate) fn open(setup: Setup) -> Self {
        let broker = setup.start();
        let runtime = Runtime::new().expect("a runtime");
        let links = runtime.block_on(Proxy::to_port(broker.port()));
        let entries = Arc::default();
        let subscriber = subscriber(&links, &entries);
        let mut books = Self {
            publisher: publisher(&links, &entries, 0),
            broker,
            links,
            runtime,
            entries,
            subscriber,
            publishers: 1,
        };
        books.until("the subscriber is here", |entries| entries.here == 1);
        books.until_work_is_done();
        books
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().expect("nobody panics with it")
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Entries) -> bool) {
        wait_until(PATIENCE, what, || holds(&self.entries()));
    }

    /// So that each blow falls into work.
    fn until_work_is_done(&mut self) {
        let (confirmed, received) = {
            let entries = self.entries();
            (entries.confirmed.len(), entries.received.len())
        };
        self.until("events are confirmed and received", |entries| {
            entries.confirmed.len() > confirmed && entries.received.len() > received
        });
    }

    /// Strikes the victim, and starts it again; returns when work goes on.
    pub(crate) fn strike(&mut self, victim: Victim) {
        match victim {
            Victim::Broker => {
                self.broker.kill();
                self.broker.start();
            }
            Victim::BrokerGently => self.broker.restart(),
            Victim::Publisher => {
                self.publisher.kill();
                // Numbers of its own: the last one's may be on their way.
                let first = self.publishers * 1_000_000;
                self.publishers += 1;
                self.publisher = publisher(&self.links, &self.entries, first);
            }
            Victim::Subscriber => {
                self.subscriber.kill();
                self.subscriber = subscriber(&self.links, &self.entries);
            }
            Victim::Links => {
                self.runtime.block_on(self.links.set(Mode::Stall));
                std::thread::sleep(Duration::from_secs(2 * KEEP_ALIVE));
                self.links.cut();
                self.runtime.block_on(self.links.set(Mode::Pass));
            }
        }
        self.until_work_is_done();
    }

    /// Lets the publisher finish, and the subscriber receive the last event.
    pub(crate) fn close(&mut self) {
        drop(self.publisher.input.take());
        self.until("the last event is received", |entries| {
            entries.confirmed.contains(&LAST) && entries.received.contains_key(&LAST)
        });
        self.publisher.kill();
        self.subscriber.kill();
    }

    pub(crate) fn confirmed(&self) -> usize {
        self.entries().confirmed.len()
    }

    /// Events that were confirmed and never came.
    pub(crate) fn lost(&self) -> Vec<u64> {
        let entries = self.entries();
        let confirmed = entries.confirmed.iter().copied();
        confirmed
            .filter(|number| !entries.received.contains_key(number))
            .collect()
    }

    pub(crate) fn doubled(&self) -> usize {
        let entries = self.entries();
        entries
            .received
            .values()
            .filter(|times| **times > 1)
            .count()
    }

    /// The gaps that the subscriber was told of.
    pub(crate) fn gaps(&self) -> Vec<String> {
        self.entries().gaps.clone()
    }
}

fn url(links: &Proxy, id: &str) -> String {
    let port = links.port();
    format!("mqtt://127.0.0.1:{port}?client_id={id}&keep_alive={KEEP_ALIVE}")
}

fn publisher(links: &Proxy, entries: &Arc<Mutex<Entries>>, first: u64) -> Program {
    let entries = Arc::clone(entries);
    Program::start("publish", &url(links, "publisher"), first, move |line| {
        let number = line.parse().expect("a publisher says numbers");
        let mut entries = entries.lock().expect("nobody panics with it");
        entries.confirmed.push(number);
    })
}

fn subscriber(links: &Proxy, entries: &Arc<Mutex<Entries>>) -> Program {
    let entries = Arc::clone(entries);
    Program::start("subscribe", &url(links, "subscriber"), 0, move |line| {
        let mut entries = entries.lock().expect("nobody panics with it");
        match line.parse() {
            Ok(number) => *entries.received.entry(number).or_default() += 1,
            Err(_) if line.starts_with("gap") => entries.gaps.push(line.to_owned()),
            Err(_) => entries.here += 1,
        }
    })
}
