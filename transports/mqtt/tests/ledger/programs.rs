//! The programs that are killed: a publisher and a subscriber, which say line by line what they do.

use std::io::{Write, stdin, stdout};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::oneshot;
use trunkline_core::{
    Binding, Envelope, Incoming, PublishOptions, RoutingKey, SubscribeOptions, Transport,
};
use trunkline_mqtt::{Mqtt, connect};

/// The variable that makes the test's program one of these.
pub(crate) const ROLE: &str = "TRUNKLINE_LEDGER_ROLE";
/// Where the broker is.
pub(crate) const URL: &str = "TRUNKLINE_LEDGER_URL";
/// The first number a publisher takes.
pub(crate) const FIRST: &str = "TRUNKLINE_LEDGER_FIRST";

/// The last event of all.
pub(crate) const LAST: u64 = u64::MAX;

const KEY: &str = "ledger.entry";
/// Publishes that are not confirmed, at most.
const WINDOW: usize = 32;

fn variable(name: &str) -> String {
    std::env::var(name).expect("set by the test")
}

/// Runs a program until it is told to end, or killed.
pub(crate) fn run(role: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        match role {
            "publish" => publish().await,
            _ => subscribe().await,
        }
    });
}

/// Says a line, at once.
fn say(line: impl std::fmt::Display) {
    let mut out = stdout();
    // The test may have gone; then nobody listens.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

async fn connected() -> Mqtt {
    let url = variable(URL);
    loop {
        match connect(&url).await {
            Ok(mqtt) => return mqtt,
            // The broker may be the one that is killed.
            Err(error) if error.is_retryable() => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Ends when the test closes our input, or writes to it.
fn told_to_end() -> oneshot::Receiver<()> {
    let (told, end) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = stdin().read_line(&mut String::new());
        let _ = told.send(());
    });
    end
}

async fn confirmed(mqtt: &Mqtt, number: u64) -> Option<u64> {
    let key = RoutingKey::new(KEY).expect("a key");
    let envelope = Envelope::new(key, number.to_string());
    let options = PublishOptions::new().with_timeout(Duration::from_secs(60));
    let receipt = mqtt.publish(envelope, options).await;
    // What reached nobody is told as such, and is nobody's loss.
    receipt
        .ok()
        .filter(|receipt| !receipt.is_unroutable())
        .map(|_| number)
}

async fn publish() {
    let mqtt = connected().await;
    let mut end = told_to_end();
    let mut number: u64 = variable(FIRST).parse().expect("a number");
    let mut under_way = FuturesUnordered::new();
    // Some thousand a second: what is to be seen is what happens at a moment, not a flood.
    let mut pace = tokio::time::interval(Duration::from_millis(1));
    loop {
        tokio::select! {
            _ = &mut end => break,
            _ = pace.tick(), if under_way.len() < WINDOW => {
                under_way.push(confirmed(&mqtt, number));
                number += 1;
            }
            Some(outcome) = under_way.next() => outcome.into_iter().for_each(say),
        }
    }
    while let Some(outcome) = under_way.next().await {
        outcome.into_iter().for_each(say);
    }
    while confirmed(&mqtt, LAST).await.is_none() {}
    say(LAST);
    mqtt.close().await.expect("it closes");
}

async fn subscribe() {
    let mqtt = connected().await;
    let key = Binding::builder().key(KEY).build().expect("a binding");
    let group = SubscribeOptions::group("ledger", [key]);
    let mut subscription = loop {
        match mqtt.subscribe(group.clone()).await {
            Ok(subscription) => break subscription,
            Err(error) if error.is_retryable() => {}
            Err(error) => panic!("{error}"),
        }
    };
    say("here");
    while let Some(incoming) = subscription.next().await {
        match incoming {
            Incoming::Delivery(delivery) => {
                say(String::from_utf8_lossy(delivery.envelope().body()));
                // A link that broke brings it again.
                let _ = delivery.ack().await;
            }
            Incoming::Gap(gap) => say(format_args!("gap {gap:?}")),
            _ => {}
        }
    }
}
