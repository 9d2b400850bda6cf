//! The broker itself is killed, or stands still.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use trunkline_conformance::{Scale, within};
use trunkline_core::Transport;
use trunkline_suite::rabbitmq::Node;

use crate::load::{BACK, Load, PATIENCE, Reader, WINDOW, ask, client, member, vhost};

const PUBLISHERS: u32 = 20;

/// Each fault may double what each publisher and the member had in flight.
fn most_doubles(faults: usize) -> usize {
    faults * (PUBLISHERS as usize + usize::from(WINDOW))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_killed_at_random_moments_loses_nothing_it_confirmed() {
    let vhost = vhost(Node::alone).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let reader = Reader::of(member(&rabbit, WINDOW).await);
    let load = Load::begin(&rabbit, PUBLISHERS, Duration::from_millis(5));
    let kills = Scale::from_env().of(2, 50);
    let mut back = Vec::with_capacity(kills);
    for _ in 0..kills {
        load.goes_on(1, PATIENCE, "before the next kill").await;
        sleep(Duration::from_millis(fastrand::u64(50..800))).await;
        ask(&vhost, |vhost| {
            vhost.node().kill();
            vhost.node().start();
        })
        .await;
        let there = Instant::now();
        load.goes_on(1, BACK, "once the broker is there again")
            .await;
        back.push(there.elapsed());
    }
    back.sort_unstable();
    let (median, longest) = (back[kills / 2], back[kills - 1]);
    println!("{kills} kills, confirming again after {median:?}, {longest:?} at most");
    let ledger = load.end().await;
    let tally = reader.all_of(&ledger).await;
    tally.at_least_once("the group", most_doubles(kills));
    rabbit.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_broker_is_noticed_and_loses_nothing() {
    let vhost = vhost(Node::alone).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let reader = Reader::of(member(&rabbit, WINDOW).await);
    let load = Load::begin(&rabbit, PUBLISHERS, Duration::from_millis(5));
    load.goes_on(100, PATIENCE, "before the frost").await;
    let mut health = rabbit.health();
    ask(&vhost, |vhost| vhost.node().freeze()).await;
    // Two heartbeats of 3 s, and the time a busy machine takes to look.
    let noticed = health.wait_for(|health| !health.is_running());
    let noticed = within(
        Duration::from_secs(15),
        "word of a broker that stands still",
        noticed,
    );
    noticed.await.unwrap();
    ask(&vhost, |vhost| vhost.node().thaw()).await;
    load.goes_on(1, BACK, "once the broker moves again").await;
    load.goes_on(100, PATIENCE, "after the frost").await;
    let ledger = load.end().await;
    let tally = reader.all_of(&ledger).await;
    tally.at_least_once("the group", most_doubles(1));
    rabbit.close().await.unwrap();
}
