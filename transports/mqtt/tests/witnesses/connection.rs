//! Restarts, and members that die.

use std::collections::HashSet;

use futures_util::future::join_all;
use tokio::task::block_in_place;
use tokio::time::timeout;
use trunkline_conformance::Witness;
use trunkline_core::{Incoming, PublishOptions, SubscribeOptions, Transport};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::proxy::{Mode, Proxy};

use crate::paho::Paho;
use crate::programs::{mosquitto_pub, mosquitto_sub};
use crate::{KEY, PATIENCE, TOPIC, client, client_at, event, next, on, publish, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_we_publish_over_a_restart_reaches_paho() {
    let mut broker = Setup::new().start();
    let paho = Paho::start(broker.port(), false);
    let mut heard = paho.listen(KEY).await;
    let mqtt = client(&broker, "us").await;
    let us = mqtt.clone();
    let publishing = tokio::spawn(async move {
        let all = (0..200).map(|n| publish(&us, event(&n.to_string()), PublishOptions::new()));
        join_all(all).await;
    });
    // Some are on their way then, and some wait.
    let first = timeout(PATIENCE, heard.next()).await.unwrap();
    block_in_place(|| broker.restart());
    timeout(PATIENCE, publishing).await.unwrap().unwrap();
    let mut seen = HashSet::from([first.body]);
    while seen.len() < 200 {
        seen.insert(timeout(PATIENCE, heard.next()).await.unwrap().body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_mosquitto_pub_sends_after_a_restart_comes_behind_word_of_the_gap() {
    let mut broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let live = SubscribeOptions::live([on(KEY)]);
    let mut subscription = mqtt.subscribe(live).await.unwrap();
    block_in_place(|| broker.restart());
    let told = timeout(PATIENCE, subscription.next()).await.unwrap();
    assert!(matches!(told, Some(Incoming::Gap(_))), "{told:?}");
    let mut health = mqtt.health();
    let running = health.wait_for(|health| health.is_running());
    timeout(PATIENCE, running).await.unwrap().unwrap();
    mosquitto_pub(&broker, &["-t", TOPIC, "-m", "42"]);
    assert_eq!(text(&next(&mut subscription).await), "42");
}

#[tokio::test]
async fn paho_is_read_over_a_lost_link_of_ours() {
    let broker = Setup::new().start();
    let link = Proxy::to_port(broker.port()).await;
    let paho = Paho::start(broker.port(), false);
    let member = client_at(link.port(), "m").await;
    let group = SubscribeOptions::group("g", [on(KEY)]);
    let mut subscription = member.subscribe(group).await.unwrap();
    link.set(Mode::Refuse).await;
    link.cut();
    for body in ["1", "2", "3"] {
        let event = trunkline_conformance::Foreign::new(KEY, body);
        paho.publish(event).await;
    }
    link.set(Mode::Pass).await;
    for body in ["1", "2", "3"] {
        let delivery = next(&mut subscription).await;
        assert_eq!(text(&delivery), body);
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn mosquitto_sub_is_told_of_a_member_that_dies() {
    let broker = Setup::new().start();
    let link = Proxy::to_port(broker.port()).await;
    let member = client_at(link.port(), "m").await;
    let group = SubscribeOptions::group("g", [on(KEY)]);
    let _subscription = member.subscribe(group).await.unwrap();
    let members = ["-t", "/trunkline/group/g/member/#", "-F", "%t|%p"];
    let listening = mosquitto_sub(&broker, "witness", 2, &members);
    link.set(Mode::Refuse).await;
    link.cut();
    let lines = listening.lines();
    for (line, here) in lines.iter().zip([true, false]) {
        let (topic, said) = line.split_once('|').unwrap();
        assert_eq!(topic, "/trunkline/group/g/member/m~g");
        assert!(said.contains(&format!("\"here\":{here}")), "{said}");
    }
}
