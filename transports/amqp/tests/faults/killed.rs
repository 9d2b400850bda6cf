//! Programs that are killed, `kill -9`, at random moments: one that publishes, one that consumes.
//!
//! The programs are tests of this very binary, which only these tests run: they tell what they do
//! line by line, before and after, and the ledger is kept by who reads it.

use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use trunkline_conformance::{Ledger, Mark, Scale, Tally};
use trunkline_core::{DeadReason, Delivery, PublishOptions, Rejection, Subscription, Transport};
use trunkline_suite::process::{Launch, Process};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::load::{GROUP, Load, PATIENCE, Reader, ask, client, event, member, vhost};

/// Publishes that a killed program may have in flight.
const IN_FLIGHT: u32 = 8;

/// Deliveries that a killed program may have in hand.
const IN_HAND: u16 = 20;

fn kills() -> usize {
    Scale::from_env().of(5, 50)
}

/// A test of this binary as a program, and what it tells.
struct Program {
    process: Process,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Program {
    fn start(test: &str, vhost: &Vhost, number: u32) -> Self {
        let mut process = Launch::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--ignored", "--nocapture"])
            .env("TRUNKLINE_FAULTS_URL", vhost.url())
            .env("TRUNKLINE_FAULTS_NUMBER", number.to_string())
            .piped()
            .start();
        let (_, output) = process.take_pipes().unwrap();
        let (tell, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let told = BufReader::new(output).lines().map_while(Result::ok);
            told.for_each(|line| drop(tell.send(line)));
        });
        Self { process, lines }
    }

    /// Lets it work for a while from its first word on, kills it, and gives all it told.
    fn killed_after(mut self, work: Duration) -> Vec<(String, Mark)> {
        let mut told = Vec::new();
        while told.is_empty() {
            let line = self.lines.recv_timeout(PATIENCE);
            told.extend(word(&line.expect("it begins to work")));
        }
        std::thread::sleep(work);
        self.process.kill();
        // Ends once the pipe does.
        told.extend(self.lines.iter().filter_map(|line| word(&line)));
        told
    }
}

/// `@took 3 17` is that event 17 of publisher 3 was taken. Anything else is the test harness's; so
/// is a line cut short by the kill.
fn word(line: &str) -> Option<(String, Mark)> {
    let mut words = line.strip_prefix('@')?.strip_suffix('.')?.split(' ');
    let said = words.next()?.to_owned();
    let mark = Mark {
        run: 1,
        publisher: words.next()?.parse().ok()?,
        sequence: words.next()?.parse().ok()?,
    };
    Some((said, mark))
}

fn say(said: &str, mark: Mark) {
    println!("@{said} {} {}.", mark.publisher, mark.sequence);
}

fn told_by_parent(name: &str) -> String {
    std::env::var(name).expect("another test of this file runs this one, as a program")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_publisher_saw_confirmed_is_there() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let reader = Reader::of(member(&rabbit, 50).await);
    let ledger = Ledger::default();
    for round in 0..kills() {
        let number = u32::try_from(round).unwrap() * IN_FLIGHT;
        let work = Duration::from_millis(fastrand::u64(20..400));
        let test = "killed::a_program_that_publishes";
        let life = move |vhost: &Vhost| Program::start(test, vhost, number).killed_after(work);
        for (said, mark) in ask(&vhost, life).await {
            match said.as_str() {
                "owned" => ledger.confirmed(mark),
                _ => ledger.uncertain(mark),
            }
        }
    }
    let owned = ledger.owned().len();
    assert!(owned > kills(), "only {owned} events in all");
    // A link that is not lost doubles nothing, and each program has links of its own.
    reader.all_of(&ledger).await.exactly_once("the group");
    rabbit.close().await.unwrap();
}

#[test]
#[ignore = "a program: another test of this file runs it, and kills it"]
fn a_program_that_publishes() {
    println!();
    runtime().block_on(async {
        let number: u32 = told_by_parent("TRUNKLINE_FAULTS_NUMBER").parse().unwrap();
        let url = format!("{}?exchange=events", told_by_parent("TRUNKLINE_FAULTS_URL"));
        let rabbit = Arc::new(trunkline_amqp::connect(&url).await.unwrap());
        let mut publishing = JoinSet::new();
        for publisher in number..number + IN_FLIGHT {
            let rabbit = Arc::clone(&rabbit);
            publishing.spawn(async move {
                for sequence in 1.. {
                    let mark = Mark {
                        run: 1,
                        publisher,
                        sequence,
                    };
                    say("begun", mark);
                    let published = rabbit.publish(event(mark), PublishOptions::new());
                    published.await.unwrap();
                    say("owned", mark);
                }
            });
        }
        publishing.join_all().await;
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// What is to become of an event: most are acked, some after a retry, some are dead letters.
fn settle_by_plan(delivery: Delivery) -> (&'static str, Mark, trunkline_core::SettleFuture) {
    let mark = Mark::of_delivery(&delivery);
    let (said, settling) = if mark.sequence.is_multiple_of(7) {
        let reason = Rejection::new(DeadReason::Rejected, "as planned");
        ("rejecting", delivery.reject(reason))
    } else if mark.sequence.is_multiple_of(5) && delivery.attempt() == 1 {
        let wait = u64::from(mark.sequence % 2) * 20;
        ("trying again", delivery.nack(Duration::from_millis(wait)))
    } else {
        ("acking", delivery.ack())
    };
    (said, mark, settling)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_consumer_had_in_hand_is_done_by_the_next() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    // The queue is there before anything is published.
    let subscription = member(&rabbit, 1).await;
    subscription.close().await.unwrap();
    let load = Load::begin(&rabbit, 4, Duration::from_millis(10));
    let mut told = Vec::new();
    for _ in 0..kills() {
        let work = Duration::from_millis(fastrand::u64(20..500));
        let test = "killed::a_program_that_consumes";
        let life = move |vhost: &Vhost| Program::start(test, vhost, 0).killed_after(work);
        told.extend(ask(&vhost, life).await);
    }
    let ledger = load.end().await;
    let rest = finish(member(&rabbit, IN_HAND).await, &vhost).await;
    told.extend(rest);
    let of = |wanted: &str| -> Vec<Mark> {
        let wanted = told.iter().filter(|(said, _)| said == wanted);
        wanted.map(|(_, mark)| *mark).collect()
    };
    let (dead, alive): (Vec<_>, Vec<_>) = ledger
        .owned()
        .into_iter()
        .partition(|mark| mark.sequence.is_multiple_of(7));
    let most = kills() * usize::from(IN_HAND);
    let tally = Tally::of(&alive, &of("acking"));
    println!(
        "{} kills: {} to be acked, {} lost, {} doubled; {} to be dead letters",
        kills(),
        tally.expected,
        tally.lost.len(),
        tally.duplicated.len(),
        dead.len()
    );
    tally.at_least_once("the group", most);
    let letters = rabbit.dead_letters(GROUP).await.unwrap();
    let letters = letters.list(None, usize::MAX).await.unwrap();
    let letters: Vec<_> = letters
        .iter()
        .filter_map(|letter| Mark::of(&letter.envelope))
        .collect();
    Tally::of(&dead, &letters).at_least_once("its dead letters", most);
    rabbit.close().await.unwrap();
}

/// Settles what is left, until nothing is.
async fn finish(mut subscription: Subscription, vhost: &Arc<Vhost>) -> Vec<(String, Mark)> {
    let mut told = Vec::new();
    let mut quiet = 0;
    while quiet < 3 {
        match timeout(Duration::from_millis(300), subscription.recv()).await {
            Ok(delivery) => {
                let (said, mark, settling) = settle_by_plan(delivery.unwrap());
                told.push((said.to_owned(), mark));
                settling.await.unwrap();
                quiet = 0;
            }
            Err(_) => {
                let waiting = |vhost: &Vhost| {
                    let waits = vhost.queues().into_iter();
                    let waits = waits.filter(|queue| queue.contains("delay") || queue == GROUP);
                    waits
                        .filter_map(|queue| vhost.messages(&queue))
                        .sum::<usize>()
                };
                if ask(vhost, waiting).await == 0 {
                    quiet += 1;
                }
            }
        }
    }
    told
}

#[test]
#[ignore = "a program: another test of this file runs it, and kills it"]
fn a_program_that_consumes() {
    println!();
    runtime().block_on(async {
        let url = format!("{}?exchange=events", told_by_parent("TRUNKLINE_FAULTS_URL"));
        let rabbit = trunkline_amqp::connect(&url).await.unwrap();
        let mut subscription = member(&rabbit, IN_HAND).await;
        while let Some(delivery) = subscription.recv().await {
            let (said, mark, settling) = settle_by_plan(delivery);
            say(said, mark);
            tokio::spawn(settling);
        }
    });
}

/// The lines of a program that is killed are read to their last whole one.
#[test]
fn half_a_line_is_no_word() {
    assert!(word("@took 3 1").is_none());
    let (said, mark) = word("@took 3 17.").unwrap();
    assert_eq!(
        (said.as_str(), mark.publisher, mark.sequence),
        ("took", 3, 17)
    );
}
