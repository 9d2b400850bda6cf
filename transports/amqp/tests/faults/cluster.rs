//! A cluster of three nodes, of which one is killed.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};
use trunkline_amqp::Amqp;
use trunkline_conformance::{Mark, within};
use trunkline_core::{Health, PublishOptions, Transport};
use trunkline_suite::rabbitmq::{Cluster, Vhost};

use crate::load::{GROUP, Load, PARAMETERS, PATIENCE, Reader, WINDOW, event, member};

const PUBLISHERS: u32 = 20;

/// A virtual host on a cluster; the node it is asked by is the last to be killed.
struct Stage {
    cluster: Cluster,
    vhost: Vhost,
}

impl Stage {
    /// A client that knows every node, in this order.
    async fn client(&self, queue: &str) -> Arc<Amqp> {
        let ports = self.cluster.nodes().iter().map(|node| node.port());
        let hosts: Vec<_> = ports.map(|port| format!("127.0.0.1:{port}")).collect();
        let name = self.vhost.name();
        let hosts = hosts.join(",");
        let url = format!("amqp://{name}:{name}@{hosts}/{name}?{PARAMETERS}&queue={queue}");
        Arc::new(trunkline_amqp::connect(&url).await.unwrap())
    }
}

/// What holds of a cluster, in one test: three Erlang machines are dear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_whose_leader_is_killed_under_load_loses_nothing() {
    let begun = spawn_blocking(|| {
        let cluster = Cluster::of_three();
        let vhost = Vhost::new(Arc::clone(&cluster.nodes()[2]));
        Stage { cluster, vhost }
    });
    let stage = Arc::new(begun.await.unwrap());
    let rabbit = stage.client("quorum").await;
    let reader = Reader::of(member(&rabbit, WINDOW).await);
    let load = Load::begin(&rabbit, PUBLISHERS, Duration::from_millis(5));
    load.goes_on(500, PATIENCE, "before the leader is killed")
        .await;
    let killed = spawn_blocking({
        let stage = Arc::clone(&stage);
        move || {
            // Both led from where the client is connected: the first of its nodes.
            let leader = Arc::clone(stage.cluster.leader(&stage.vhost, GROUP));
            leader.kill();
            leader
        }
    });
    let leader = killed.await.unwrap();
    let killed = Instant::now();
    // The channel made after the kill refuses everything, where it comes before the next leader: it is not
    // stayed with.
    load.goes_on(1, PATIENCE, "by the two that are left").await;
    println!("publishing again {:?} after the kill", killed.elapsed());
    load.goes_on(500, PATIENCE, "by the two that are left")
        .await;
    let ledger = load.end().await;
    let tally = reader.all_of(&ledger).await;
    tally.at_least_once("the group", PUBLISHERS as usize + usize::from(WINDOW));
    rabbit.close().await.unwrap();
    spawn_blocking(move || leader.start()).await.unwrap();
    a_member_waits_for_the_node_its_queue_is_on(&stage).await;
    spawn_blocking(move || drop(stage)).await.unwrap();
}

/// A classic queue is on one node.
async fn a_member_waits_for_the_node_its_queue_is_on(stage: &Arc<Stage>) {
    let name = stage.vhost.name().to_owned();
    let rabbit = stage.client("classic").await;
    let binding = trunkline_core::Binding::builder()
        .key("load.#")
        .build()
        .unwrap();
    let options = trunkline_core::SubscribeOptions::group("ledger", [binding]);
    let mut subscription = rabbit.subscribe(options).await.unwrap();
    let home = Arc::clone(&stage.cluster.nodes()[0]);
    let away = Arc::clone(&home);
    spawn_blocking(move || away.kill()).await.unwrap();
    let mut health = rabbit.health();
    let told = health.wait_for(
        |health| matches!(health, Health::Degraded { reason, .. } if reason.contains("home node")),
    );
    drop(
        within(PATIENCE, format!("word of the queue of {name}"), told)
            .await
            .unwrap(),
    );
    spawn_blocking(move || home.start()).await.unwrap();
    let running = health.wait_for(Health::is_running);
    drop(
        within(PATIENCE, "the queue's return", running)
            .await
            .unwrap(),
    );
    let mark = Mark {
        run: 1,
        publisher: 99,
        sequence: 1,
    };
    let published = rabbit.publish(event(mark), PublishOptions::new());
    published.await.unwrap();
    let delivery = timeout(PATIENCE, subscription.recv())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(Mark::of_delivery(&delivery), mark);
    delivery.ack().await.unwrap();
    rabbit.close().await.unwrap();
}
